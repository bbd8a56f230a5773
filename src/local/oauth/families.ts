/**
 * Stytch serves each project's authorization server twice: on the project's own domain, and under
 * `/v1/public/<project id>` of the shared API. A token names as issuer the door it was fetched
 * through; the second form has no scheme and so is no OpenID issuer, as Stytch's documentation admits.
 */
import type { Project } from '../project.ts'

/** One of the two doors. */
export interface Family {
  /** The `iss` of tokens obtained here; never ends in a slash. */
  readonly issuer: string
  /** Path prefix of metadata and keys. */
  readonly wellKnown: string
  /** Path prefix of the endpoints. */
  readonly endpoints: string
  /** Whether authorization responses name this family's issuer, so RFC 9207 may be promised. */
  readonly namedInRedirects: boolean
}

/** @returns the domain family first; it is what MCP clients discover */
export function families({ url, projectId }: Project): readonly [Family, Family] {
  const shared = `/v1/public/${projectId}`
  return [
    {
      issuer: url,
      wellKnown: '/.well-known',
      endpoints: '/v1/oauth2',
      namedInRedirects: true,
    },
    {
      issuer: `stytch.com/${projectId}`,
      wellKnown: `${shared}/.well-known`,
      endpoints: `${shared}/oauth2`,
      namedInRedirects: false,
    },
  ]
}
