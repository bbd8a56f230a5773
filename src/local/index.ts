/**
 * Local Stytch: an embedded stand-in for Stytch (consumer projects) that lets the real browser SDK and
 * real MCP clients sign in with no account and no internet. It speaks Stytch's wire, forgets everything
 * when it stops, and answers this machine only: its passwords are public knowledge.
 */
import { createApp } from './app.ts'
import { type LocalStytchOptions, resolveProject } from './project.ts'
import { createWorld } from './world.ts'

export type { DocumentHost } from './client-documents/fetch-document.ts'
export { SEED_PROJECTS } from './management/seeds.ts'
export type { ClientType } from './oauth/client-type.ts'
export { LOCAL_ORGANIZATION } from './organization.ts'
export type { PreRegisteredClient } from './pre-registered.ts'
export { type CustomScope, LOCAL_PROJECT, type LocalStytchOptions, type Mail } from './project.ts'
export { SEED_CLIENT_ID, SEED_PASSWORD, SEED_USERS } from './seeds.ts'

/** A running Local Stytch. Serve `fetch` at `url`, or call it directly in tests. */
export interface LocalStytch {
  readonly fetch: (request: Request) => Promise<Response>
  /** Origin, without a trailing slash; also the issuer MCP clients discover. */
  readonly url: string
  readonly projectId: string
  readonly publicToken: string
  readonly secret: string
  readonly workspaceKeyId: string
  readonly workspaceKeySecret: string
}

/**
 * Makes a Local Stytch with its own state. Nothing is listened on and no key is generated until asked.
 *
 * @throws TypeError when an option would take it off this machine or out of a test project
 */
export function createLocalStytch(options: LocalStytchOptions = {}): LocalStytch {
  const project = resolveProject(options)
  const app = createApp(createWorld(project))
  return Object.freeze({
    fetch: async (request: Request) => app.fetch(request),
    url: project.url,
    projectId: project.projectId,
    publicToken: project.publicToken,
    secret: project.secret,
    workspaceKeyId: project.workspaceKeyId,
    workspaceKeySecret: project.workspaceKeySecret,
  })
}
