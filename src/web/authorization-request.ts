/**
 * Reads the query of an authorization request strictly, before anything acts on it. Stytch's component
 * would fill in what is missing and take the first of two; this page asks a person for consent, so it
 * must show exactly what will be sent: OAuth 2.1 with PKCE S256 (MCP authorization), RFC 8707 resource.
 */
import { type ProblemCode, problem, type RequestProblem } from './authorization-problem.ts'
import { type ClientIdentity, readClientId } from './client-id.ts'
import { type RedirectTarget, readRedirectUri } from './redirect-uri.ts'

/** A request that may be shown to a person. Plain data: it travels to the browser as JSON. */
export interface AuthorizationRequest {
  readonly client: ClientIdentity
  readonly redirect: RedirectTarget
  /** The scopes Stytch will be asked for, in order, without repeats. */
  readonly scopes: readonly string[]
  /** Whether the client named no scope, so that Stytch's default applies. */
  readonly scopesAreDefault: boolean
  /** Whether the client insists that consent is asked again. */
  readonly promptsConsent: boolean
  /** The known parameters as they came, byte for byte; unknown ones are dropped. */
  readonly query: string
}

export type ParsedRequest =
  | { readonly ok: true; readonly request: AuthorizationRequest }
  | { readonly ok: false; readonly problem: RequestProblem }

/** What Stytch's component asks for when the client names no scope. */
export const DEFAULT_SCOPES: readonly string[] = Object.freeze(['openid', 'email', 'profile'])

/** Bytes of the whole query. */
const MAX_QUERY = 8192
/** Bytes of each parameter. */
const MAX_BYTES: Record<string, number> = {
  client_id: 2048,
  redirect_uri: 2048,
  response_type: 64,
  code_challenge: 128,
  code_challenge_method: 64,
  state: 2048,
  scope: 4096,
  resource: 2048,
  prompt: 64,
  nonce: 512,
}
const MAX_SCOPES = 100

/** RFC 7636 §4.2: the S256 challenge is 32 bytes in base64url. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/
/** RFC 6749 §3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const PROMPT = /^[a-z_]+(?: [a-z_]+)*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * Parses and judges the query of `/oauth/authorize`.
 *
 * @param search the query as it stands in the URL, with or without `?`
 * @param resource the one resource this server is; a request may name no other
 * @returns the request, or why it cannot be shown; nothing of the query is in the reason
 */
export function parseAuthorizationRequest(search: string, resource: string): ParsedRequest {
  const read = readParameters(search)
  if ('code' in read) return { ok: false, problem: read }
  const { values, query } = read
  const refuse = (code: ProblemCode): ParsedRequest => ({
    ok: false,
    problem: problem(code),
  })
  const one = (name: string): string | undefined => values.get(name)?.[0] || undefined

  const clientId = one('client_id')
  if (!clientId) return refuse('client_id_missing')
  const client = readClientId(clientId)
  if (!client) return refuse('client_id_malformed')

  const redirectUri = one('redirect_uri')
  if (!redirectUri) return refuse('redirect_uri_missing')
  const redirect = readRedirectUri(redirectUri)
  if (!redirect.ok) return refuse(redirect.code)

  if (one('response_type') !== 'code') return refuse('response_type_not_code')
  const challenge = one('code_challenge')
  if (!challenge) return refuse('code_challenge_missing')
  if (!CHALLENGE.test(challenge)) return refuse('code_challenge_malformed')
  if (one('code_challenge_method') !== 'S256') return refuse('code_challenge_method_not_s256')

  const scopes = one('scope')?.split(' ').filter(Boolean) ?? []
  if (!scopes.every((scope) => SCOPE_TOKEN.test(scope))) return refuse('scope_malformed')
  if (scopes.length > MAX_SCOPES) return refuse('scope_too_long')

  const prompt = one('prompt')
  if (prompt && !PROMPT.test(prompt)) return refuse('prompt_malformed')
  const prompts = prompt?.split(' ') ?? []
  if (prompts.includes('none')) return refuse('prompt_none')
  if (values.get('resource')?.some((value) => value !== resource)) return refuse('resource_unknown')

  return {
    ok: true,
    request: {
      client,
      redirect: redirect.target,
      scopes: scopes.length > 0 ? [...new Set(scopes)] : DEFAULT_SCOPES,
      scopesAreDefault: scopes.length === 0,
      promptsConsent: prompts.includes('consent'),
      query,
    },
  }
}

interface QueryParameters {
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly query: string
}

function readParameters(search: string): QueryParameters | RequestProblem {
  const raw = search.startsWith('?') ? search.slice(1) : search
  if (byteLength(raw) > MAX_QUERY) return problem('request_too_long')

  const values = new Map<string, string[]>()
  const kept: string[] = []
  for (const pair of raw.split('&')) {
    const [decoded] = new URLSearchParams(pair)
    const limit = decoded && Object.hasOwn(MAX_BYTES, decoded[0]) && MAX_BYTES[decoded[0]]
    if (!decoded || !limit) continue
    const [name, value] = decoded
    if (!isWellEncoded(pair) || CONTROL.test(value)) return problem('parameter_malformed')
    if (byteLength(value) > limit) return problem('parameter_too_long')
    const earlier = values.get(name)
    if (earlier && name !== 'resource') return problem('parameter_repeated')
    values.set(name, [...(earlier ?? []), value])
    kept.push(pair)
  }
  return { values, query: kept.join('&') }
}

/** False where decoding would replace bytes, so that the client would not get back what it sent. */
function isWellEncoded(pair: string): boolean {
  try {
    decodeURIComponent(pair)
    return true
  } catch {
    return false
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
