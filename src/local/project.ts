/**
 * The one Stytch project Local Stytch plays: its public names, where it is reached, and the clock
 * and mailbox it was given. Everything here is fixed at creation; nothing comes from a request.
 */
import { reachOf } from './client-documents/address.ts'
import type { DocumentHost } from './client-documents/fetch-document.ts'
import { isLoopbackHostname } from './loopback.ts'
import { areResources } from './oauth/resources.ts'
import { type PreRegisteredClient, preRegistrationProblem } from './pre-registered.ts'

/** The identity of the project unless options say otherwise. Public by design: never a real project. */
export const LOCAL_PROJECT = {
  url: 'http://localhost:3001',
  authorizationEndpoint: 'http://localhost:3000/oauth/authorize',
  projectId: 'project-test-10ca1577-c0de-4a11-8e57-0123456789ab',
  publicToken: 'public-token-test-10ca1577-c0de-4b22-9e57-0123456789ab',
  secret: 'secret-test-local-stytch-is-not-a-secret',
  workspaceKeyId: 'workspace-key-test-10ca1577-c0de-4d44-8e57-0123456789ab',
  workspaceKeySecret: 'workspace-secret-local-stytch-is-not-a-secret',
} as const

/** A scope of the project's own, beside the OpenID ones: what Stytch calls an RBAC scope. */
export interface CustomScope {
  readonly scope: string
  /** What the consent page says about it. */
  readonly description: string
  /** Roles that may grant it; a user with none of them sees it as not grantable. Default: everyone. */
  readonly roles?: readonly string[]
}

/** Mail Stytch would have sent. The link carries a one-time token: show it, do not log it. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly link: string
}

export interface LocalStytchOptions {
  /** Origin it is reached at. Default `http://localhost:3001`. Must be loopback; anything else throws. */
  url?: string
  /**
   * Page that signs people in and asks for consent. Default `http://localhost:3000/oauth/authorize`.
   * Must be loopback too: the browser API refuses pages from elsewhere.
   */
  authorizationEndpoint?: string
  /** `project-test-<uuid>`. */
  projectId?: string
  /** `public-token-test-<uuid>`. */
  publicToken?: string
  /** `secret-test-…`, for the backend API. */
  secret?: string
  /** `workspace-key-test-<uuid>`, for the management API. */
  workspaceKeyId?: string
  /** 1 to 256 printable ASCII characters without spaces, for the management API. */
  workspaceKeySecret?: string
  /** Scopes clients may ask for beside openid, email, profile, phone and offline_access. Default none. */
  scopes?: readonly CustomScope[]
  /**
   * RFC 8707 resources of the project; any other is refused. Default: every resource is taken, as by
   * Stytch.
   */
  resources?: readonly string[]
  /** Clients that exist from the start, and again after a reset. Default none. */
  clients?: readonly PreRegisteredClient[]
  /**
   * Made-up https hosts of client metadata documents: `client.example`, or `client.example:8443`, and who
   * answers for it: a function, or an origin on this machine. Default none, so that only documents on
   * loopback can be read.
   */
  clientMetadataHosts?: Readonly<Record<string, string | DocumentHost>>
  /**
   * Whether metadata invites clients to be known by a document. Default: when `clientMetadataHosts` names
   * any. A client whose document is on the internet would accept and then fail, as that is never fetched.
   */
  advertiseClientMetadata?: boolean
  /** Fetches client metadata documents from this machine, its only outgoing requests. Default `fetch`. */
  fetch?: DocumentHost
  /** Milliseconds since the epoch. Default `Date.now`. */
  now?: () => number
  /** Mail that Stytch would have sent (password reset links). Default: dropped. */
  onMail?: (mail: Mail) => void
  /**
   * Every secret handed out or taken in by the management API, as it was said, so that a test can prove it
   * shows up nowhere else. Default: dropped.
   */
  onSecret?: (value: string) => void
  /** An unexpected failure, answered with 500 and no details: a bug in Local Stytch. Default: dropped. */
  onFault?: (error: unknown) => void
}

/** Options with every default filled in. */
export type Project = Readonly<
  Required<Omit<LocalStytchOptions, 'resources'>> & Pick<LocalStytchOptions, 'resources'>
>

/**
 * Fills in defaults and refuses what could leave this machine.
 *
 * @throws TypeError naming the option that is wrong
 */
export function resolveProject(options: LocalStytchOptions): Project {
  const url = loopbackUrl('url', options.url ?? LOCAL_PROJECT.url)
  if (url.pathname !== '/' || url.search)
    throw new TypeError('url must be an origin, without a path')
  const { resources, clients = [], clientMetadataHosts: hosts = {} } = options
  requireResources(resources ?? [])
  requireClients(clients)
  requireMadeUpHosts(hosts)
  const page = options.authorizationEndpoint ?? LOCAL_PROJECT.authorizationEndpoint
  return Object.freeze({
    url: url.origin,
    authorizationEndpoint: loopbackUrl('authorizationEndpoint', page).href,
    projectId: testName('projectId', 'project-test-', options.projectId),
    publicToken: testName('publicToken', 'public-token-test-', options.publicToken),
    secret: testName('secret', 'secret-test-', options.secret),
    workspaceKeyId: testName('workspaceKeyId', 'workspace-key-test-', options.workspaceKeyId),
    workspaceKeySecret: keySecret(options.workspaceKeySecret),
    scopes: options.scopes ?? [],
    ...(resources && { resources }),
    clients,
    clientMetadataHosts: hosts,
    advertiseClientMetadata: options.advertiseClientMetadata ?? Object.keys(hosts).length > 0,
    fetch: options.fetch ?? ((request) => fetch(request)),
    now: options.now ?? Date.now,
    onMail: options.onMail ?? (() => {}),
    onSecret: options.onSecret ?? (() => {}),
    onFault: options.onFault ?? (() => {}),
  })
}

function requireResources(resources: readonly string[]): void {
  if (areResources(resources)) return
  throw new TypeError('resources must be absolute URIs without a fragment')
}

function requireClients(clients: readonly PreRegisteredClient[]): void {
  for (const client of clients) {
    const problem = preRegistrationProblem(client)
    if (problem) throw new TypeError(`clients: ${problem}`)
  }
}

function requireMadeUpHosts(hosts: Required<LocalStytchOptions>['clientMetadataHosts']): void {
  for (const [host, answerer] of Object.entries(hosts)) {
    const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined
    if (url?.host !== host || reachOf(url.hostname) !== 'name') {
      throw new TypeError(
        'clientMetadataHosts must be keyed by names of hosts, such as app.example',
      )
    }
    if (
      typeof answerer === 'string' &&
      loopbackUrl('clientMetadataHosts', answerer).pathname !== '/'
    ) {
      throw new TypeError('clientMetadataHosts must lead to an origin, without a path')
    }
  }
}

function loopbackUrl(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const web = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (!url || !web || !isLoopbackHostname(url.hostname)) {
    throw new TypeError(`${option} must be an http(s) URL on localhost, 127.0.0.0/8 or [::1]`)
  }
  if (url.username || url.password || url.hash) {
    throw new TypeError(`${option} must not carry credentials or a fragment`)
  }
  return url
}

function keySecret(value: string = LOCAL_PROJECT.workspaceKeySecret): string {
  if (/^[\x21-\x7e]{1,256}$/.test(value)) return value
  throw new TypeError(
    'workspaceKeySecret must be 1 to 256 printable ASCII characters without spaces',
  )
}

function testName(
  option: 'projectId' | 'publicToken' | 'secret' | 'workspaceKeyId',
  prefix: string,
  value?: string,
) {
  const name = value ?? LOCAL_PROJECT[option]
  if (!name.startsWith(prefix) || !/^[\w-]+$/.test(name)) {
    throw new TypeError(
      `${option} must look like ${prefix}<uuid>: Local Stytch is only ever a test project`,
    )
  }
  return name
}
