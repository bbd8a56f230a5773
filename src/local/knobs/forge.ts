/**
 * Writes JWTs by hand, because honest libraries refuse to: a header may contradict the signature, and
 * the signer may be the wrong one. For tests of verifiers only; nothing here is ever issued by OAuth.
 */
import { base64url } from 'jose'
import { ApiError } from '../errors.ts'
import { IMPOSTORS, type Impostor } from '../impostors.ts'
import type { Keyring, SigningKey } from '../keys.ts'
import type { Claims } from '../oauth/claims.ts'

/**
 * `current`: the key new tokens get. `previous`: the one before the last rotation, under its own `kid`.
 * `foreign`, `small`, `ec`: an impostor under the current `kid`. `hs256-public`: HMAC keyed with the
 * current public key's PEM text. `none`: no signature at all.
 */
export const SIGNERS = ['current', 'previous', ...IMPOSTORS, 'hs256-public', 'none'] as const

export type Signer = (typeof SIGNERS)[number]

/**
 * @param bendHeader receives the header that fits the signer and returns the one to write
 * @returns compact serialization and the header as written
 * @throws ApiError when there is no previous key
 */
export async function forge(
  keys: Keyring,
  signer: Signer,
  claims: Claims,
  bendHeader: (usual: Claims) => Claims,
): Promise<{ token: string; header: Claims }> {
  const { kid } = await (signer === 'previous' ? previousKey(keys) : keys.current())
  const header = bendHeader({ alg: ALGORITHMS[signer], typ: 'JWT', kid })
  const content = [header, claims].map((part) => base64url.encode(JSON.stringify(part))).join('.')
  const signature = await sign(keys, signer, new TextEncoder().encode(content))
  return { token: `${content}.${base64url.encode(signature)}`, header }
}

const ALGORITHMS: Readonly<Record<Signer, string>> = {
  current: 'RS256',
  previous: 'RS256',
  foreign: 'RS256',
  small: 'RS256',
  ec: 'ES256',
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
      const { privateKey } = await signingKey(keys, signer)
      const algorithm =
        signer === 'ec' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'RSASSA-PKCS1-v1_5' }
      return new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, content))
    }
  }
}

async function signingKey(
  keys: Keyring,
  signer: Impostor | 'current' | 'previous',
): Promise<{ privateKey: CryptoKey }> {
  if (signer === 'current') return keys.current()
  return signer === 'previous' ? previousKey(keys) : keys.impostors.pair(signer)
}

async function previousKey(keys: Keyring): Promise<SigningKey> {
  const key = await keys.previous()
  if (!key) throw new ApiError('bad_request', 'key: there is no previous key; rotate first.')
  return key
}
