/**
 * Key sets no verifier may accept as they are. Each breaks one rule and no other, and the impostors
 * are keys tokens can be minted with, so a verifier that misses the rule accepts a forgery.
 */
import { base64url, type JWK } from 'jose'
import type { Impostor } from '../impostors.ts'
import { type Keyring, publicJwk } from '../keys.ts'
import type { KeySetFault } from './fault.ts'

/**
 * @param honest the published set, the current key first
 * @returns the set with that one fault
 */
export async function alterKeySet(
  fault: KeySetFault,
  honest: { keys?: JWK[] },
  keys: Keyring,
): Promise<object> {
  const [current, ...others] = honest.keys ?? []
  const { kid } = await keys.current()
  const impostor = async (kind: Impostor) =>
    publicJwk(kid, (await keys.impostors.pair(kind)).publicKey)
  switch (fault) {
    case 'empty':
      return { ...honest, keys: [] }
    case 'duplicate-kid':
      return { ...honest, keys: [...(honest.keys ?? []), await impostor('foreign')] }
    case 'small-key':
      return { ...honest, keys: [await impostor('small'), ...others] }
    case 'ec':
      return { ...honest, keys: [await impostor('ec'), ...others] }
    case 'enc-use':
      return { ...honest, keys: [{ ...current, use: 'enc' }, ...others] }
    case 'private':
      return { ...honest, keys: [{ ...current, d: madeUpExponent() }, ...others] }
  }
}

/** Looks like a private exponent. The real one cannot leave its key. */
function madeUpExponent(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(256)))
}
