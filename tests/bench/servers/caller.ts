/**
 * The caller of a request to a server that is not ours: jose checks signature, issuer, audience and
 * expiry on every request, as the samples of Stytch and of the SDKs do.
 */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Caller } from './tools.ts'

const { BENCH_JWKS = '', BENCH_ISSUER = '', BENCH_AUDIENCE = '' } = process.env
const keys = createRemoteJWKSet(new URL(BENCH_JWKS))
const expected = { issuer: BENCH_ISSUER, audience: BENCH_AUDIENCE, algorithms: ['RS256'] }

/** What a request without a good token is told. */
export const CHALLENGE = `Bearer resource_metadata="${process.env.PUBLIC_URL}/.well-known/oauth-protected-resource/mcp"`

/** A caller in the shape of the SDKs' `AuthInfo`. */
export interface CallerInfo {
  readonly token: string
  readonly clientId: string
  readonly scopes: string[]
  readonly expiresAt: number
  readonly extra: { readonly subject: string }
}

/** @returns who sent these credentials, or `undefined` when they are no good */
export async function callerInfo(
  authorization: string | null | undefined,
): Promise<CallerInfo | undefined> {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  if (token === undefined) return undefined
  try {
    const { payload } = await jwtVerify(token, keys, expected)
    return { token, ...facts(payload) }
  } catch {
    return undefined
  }
}

/** The caller as a tool sees it. */
export function callerOf(
  info: Pick<CallerInfo, 'clientId' | 'scopes'> & { extra?: unknown },
): Caller {
  const { subject } = info.extra as CallerInfo['extra']
  return { subject, clientId: info.clientId, scopes: info.scopes }
}

/** 401 for a Fetch server. */
export function unauthorized(): Response {
  return new Response('Unauthorized', { status: 401, headers: { 'WWW-Authenticate': CHALLENGE } })
}

function facts({ sub = '', exp = 0, client_id, scope }: JWTPayload) {
  return {
    clientId: String(client_id),
    scopes: String(scope).split(' '),
    expiresAt: exp,
    extra: { subject: sub },
  }
}
