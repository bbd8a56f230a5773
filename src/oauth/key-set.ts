/**
 * Reads a JSON Web Key Set (RFC 7517) the way a resource server must: all of it or none. A set that
 * repeats a key id, shows a private key or holds no key we can use never replaces a good one.
 */
import { importJWK, type JWK } from 'jose'

/** Usable public keys by key id. */
export type KeySet = ReadonlyMap<string, CryptoKey>

const MAX_KEYS = 32
/** RFC 7518 §3.3: RS256 keys have at least 2048 bits. */
const MIN_MODULUS_BYTES = 256
const MAX_KEY_ID = 256
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'] as const

/**
 * Reads a key set.
 *
 * @param document any JSON value
 * @returns the RS256 verification keys in it
 * @throws {Error} with a fixed sentence when the set as a whole is not to be trusted
 */
export async function readKeySet(document: unknown): Promise<KeySet> {
  const keys = (document as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys)) throw new Error('The document is not a key set')
  if (keys.length > MAX_KEYS) throw new Error('The key set holds too many keys')

  const usable = new Map<string, CryptoKey>()
  const seen = new Map<string, string>()
  for (const jwk of keys as JWK[]) {
    if (typeof jwk !== 'object' || jwk === null) throw new Error('The key set holds a non-key')
    if (PRIVATE_MEMBERS.some((name) => name in jwk)) {
      throw new Error('The key set holds a private or symmetric key')
    }
    const { kid } = jwk
    if (typeof kid !== 'string' || kid === '' || kid.length > MAX_KEY_ID) continue
    // RFC 7517 §4.5: distinct keys should have distinct ids; two answers to one question is none.
    const material = JSON.stringify([jwk.kty, jwk.n, jwk.e, jwk.crv, jwk.x, jwk.y])
    if (seen.has(kid) && seen.get(kid) !== material) {
      throw new Error('The key set repeats a key id with another key')
    }
    seen.set(kid, material)
    if (verifiesRs256(jwk)) usable.set(kid, (await importJWK(jwk, 'RS256')) as CryptoKey)
  }
  if (usable.size === 0) throw new Error('The key set holds no usable key')
  return usable
}

/** RFC 8725 §3.1, §3.5: key and algorithm belong together. */
function verifiesRs256({ kty, alg = 'RS256', use = 'sig', key_ops, n }: JWK): boolean {
  return (
    kty === 'RSA' &&
    alg === 'RS256' &&
    use === 'sig' &&
    (key_ops === undefined || key_ops.includes('verify')) &&
    typeof n === 'string' &&
    Math.floor((n.length * 3) / 4) >= MIN_MODULUS_BYTES
  )
}
