/**
 * Writes JWTs by hand, because honest libraries refuse to: a header may contradict the signature, and
 * the signer may be the wrong one. For tests of verifiers only; nothing here is ever issued by OAuth.
 */
import { base64url } from 'jose'
import type { Keyring } from '../keys.ts'
import type { Claims } from '../oauth/claims.ts'

/**
 * `current`: the published key. `foreign`: an unpublished RSA key under the published `kid`.
 * `hs256-public`: HMAC keyed with the published key's PEM text. `none`: no signature at all.
 */
export const SIGNERS = ['current', 'foreign', 'hs256-public', 'none'] as const

export type Signer = (typeof SIGNERS)[number]

/**
 * @param bendHeader receives the header that fits the signer and returns the one to write
 * @returns compact serialization and the header as written
 */
export async function forge(
  keys: Keyring,
  signer: Signer,
  claims: Claims,
  bendHeader: (usual: Claims) => Claims,
): Promise<{ token: string; header: Claims }> {
  const { kid } = await keys.current()
  const header = bendHeader({ alg: ALGORITHMS[signer], typ: 'JWT', kid })
  const content = [header, claims].map((part) => base64url.encode(JSON.stringify(part))).join('.')
  const signature = await sign(keys, signer, new TextEncoder().encode(content))
  return { token: `${content}.${base64url.encode(signature)}`, header }
}

const ALGORITHMS: Readonly<Record<Signer, string>> = {
  current: 'RS256',
  foreign: 'RS256',
  'hs256-public': 'HS256',
  none: 'none',
}

async function sign(
  keys: Keyring,
  signer: Signer,
  content: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  switch (signer) {
    case 'none':
      return new Uint8Array()
    case 'hs256-public': {
      const secret = new TextEncoder().encode(await keys.publicPem())
      const algorithm = { name: 'HMAC', hash: 'SHA-256' }
      const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
      return new Uint8Array(await crypto.subtle.sign('HMAC', key, content))
    }
    default: {
      const { privateKey } = await (signer === 'current' ? keys.current() : keys.foreign())
      return new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, content))
    }
  }
}
