/**
 * What the server hands to the browser code with a page: plain data in one attribute, since the policy
 * allows no inline script. Nothing secret; the public token is public by design.
 */
import type { Config } from '../config.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** The data of a page. */
export interface PageData {
  /** The judged authorization request on `/oauth/authorize`; null on `/login`. */
  readonly request: AuthorizationRequest | null
  readonly publicUrl: string
  /** The MCP endpoint being opened to the app. */
  readonly resource: string
  readonly stytch: {
    readonly publicToken: string
    readonly browserApi: string
    /** Whether this is Local Stytch, where seeded people can sign in. */
    readonly local: boolean
  }
}

/** The data of a page, from configuration and, on the consent page, the judged request. */
export function pageData(config: Config, request: AuthorizationRequest | null): PageData {
  const { publicToken, browserApi, local } = config.stytch
  return {
    request,
    publicUrl: config.publicUrl,
    resource: config.resource,
    stytch: { publicToken, browserApi, local },
  }
}
