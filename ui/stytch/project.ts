/**
 * The Stytch project behind the page. The SDK loads it by itself but hides when that fails, and then
 * leaves custom scopes off its consent list while still submitting them; so we look for ourselves.
 */
import type { Client } from './client.ts'

/** What the pages use of a project. */
export interface Project {
  readonly name: string
  /** Scope → the description its operator gave it. */
  readonly scopeDescriptions: ReadonlyMap<string, string>
}

interface Bootstrap {
  readonly projectName: string | null
  /** Null only in the SDK's own stand-in for a project it could not load. */
  readonly vertical: string | null
  readonly rbacPolicy: {
    readonly scopes: readonly { readonly scope: string; readonly description?: string }[]
  } | null
}

interface Internals {
  readonly bootstrap: { getAsync(): Promise<Bootstrap> }
}

const INTERNALS = Symbol.for('stytch__internal_b2c')

/** Loads the project, once per client. @throws when Stytch did not answer */
export async function loadProject(client: Client): Promise<Project> {
  const internals = (client as unknown as Record<symbol, Internals | undefined>)[INTERNALS]
  if (!internals) throw new Error('This version of @stytch/react keeps its bootstrap elsewhere.')
  const { vertical, projectName, rbacPolicy } = await internals.bootstrap.getAsync()
  if (vertical === null) throw new Error('Stytch could not be reached.')
  const described = (rbacPolicy?.scopes ?? []).flatMap(({ scope, description }) =>
    description ? [[scope, description] as const] : [],
  )
  return { name: projectName ?? 'Stytch', scopeDescriptions: new Map(described) }
}
