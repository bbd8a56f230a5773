/**
 * Reads the bearer token of a request: one `Authorization` header, scheme `Bearer`, one token68, nothing
 * else (RFC 6750 §2.1, RFC 9110 §11.4). Tokens in the query, a form, a cookie or another header are not
 * credentials here; the same token in the query *as well* is the "more than one method" of RFC 6750 §3.1.
 */
import { type Refusal, refuse } from './refusal.ts'

const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i
/** Schemes safe to name in a log; where a client forgets the scheme, its first word is the token. */
const OTHER_SCHEMES = /^(?:basic|digest|dpop|mutual|negotiate|hoba|scram-sha-256)(?= )/i

/** Characters. A header can be sixteen KiB of spaces and a token. */
const MOST_BESIDE = 64

/** A token that has the right form and has not been verified. */
export interface Credentials {
  readonly ok: true
  /** Fit to be remembered: it holds on to no text that is much longer. */
  readonly token: string
}

/**
 * Finds the bearer token of a request.
 *
 * @param request the request as the runtime delivered it
 * @returns the token, or why there is none: `credentials_missing` when nobody tried to authenticate with
 *   a bearer token, `authorization_malformed` when somebody did and it cannot be read in one way only
 */
export function bearerCredentials(request: Request): Credentials | Refusal {
  // Fetch joins repeated headers with a comma, which no token68 contains: a duplicate never matches.
  const header = request.headers.get('authorization') ?? ''
  if (header === '') return refuse('credentials_missing')

  const bearer = BEARER.exec(header)
  if (bearer === null) {
    return attemptsBearer(header)
      ? refuse('authorization_malformed', 'Bearer token68', `${header.length} characters`)
      : refuse('credentials_missing', 'scheme Bearer', OTHER_SCHEMES.exec(header)?.[0] ?? 'none')
  }
  if (request.url.includes('?') && new URL(request.url).searchParams.has('access_token')) {
    return refuse('authorization_malformed', 'one method', 'header and query')
  }
  const token = bearer[1] as string
  return { ok: true, token: header.length - token.length > MOST_BESIDE ? copy(token) : token }
}

/** A text of its own: what is cut out of another can hold on to all of it. */
function copy(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}

/** `Basic x, Bearer y` is an attempt too: two credentials where the grammar has one. */
function attemptsBearer(header: string): boolean {
  return /(^|,)\s*bearer($|[\s,])/i.test(header)
}
