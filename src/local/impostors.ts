/**
 * Key pairs that are not the project's and pretend to be, under its current `kid`. Tests forge with
 * them; the faulty key sets publish them.
 */
import { generateKeyPair } from 'jose'

/** `foreign`: RSA-2048, somebody else's. `small`: RSA-1024. `ec`: P-256. */
export const IMPOSTORS = ['foreign', 'small', 'ec'] as const

export type Impostor = (typeof IMPOSTORS)[number]

type Pair = Pick<CryptoKeyPair, 'publicKey' | 'privateKey'>

const GENERATE: Readonly<Record<Impostor, () => Promise<Pair>>> = {
  foreign: () => generateKeyPair('RS256', { modulusLength: 2048 }),
  // Not through jose, which makes no key this weak.
  small: () =>
    crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength: 1024,
        publicExponent: new Uint8Array([1, 0, 1]),
      },
      false,
      ['sign', 'verify'],
    ),
  ec: () => generateKeyPair('ES256'),
}

/** The impostors of one Local Stytch, each made on first need. */
export class Impostors {
  readonly #pairs = new Map<Impostor, Promise<Pair>>()

  /** @returns the same pair every time */
  pair(kind: Impostor): Promise<Pair> {
    const known = this.#pairs.get(kind) ?? GENERATE[kind]()
    this.#pairs.set(kind, known)
    return known
  }
}
