/**
 * The project's signing keys, published as a JWKS. RSA-2048 for RS256, made on first need; private
 * halves cannot be exported. Rotation swaps the key in one step, so a request in flight signs with
 * the old key or the new one, and reads a set from before or after.
 */
import { exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'
import { newId } from './ids.ts'
import { Impostors } from './impostors.ts'

export interface SigningKey {
  /** `jwk-test-<uuid>`. */
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** Holds the keys of one Local Stytch. Concurrent first uses wait for the same generation. */
export class Keyring {
  readonly impostors = new Impostors()
  #current: Promise<SigningKey> | undefined
  #previous: Promise<SigningKey> | undefined
  /** Published beside the current key, newest first. */
  #older: Promise<SigningKey>[] = []

  /** The key tokens are signed with. */
  current(): Promise<SigningKey> {
    this.#current ??= generate()
    return this.#current
  }

  /** The key before the current one, published or not; `undefined` before any rotation. */
  async previous(): Promise<SigningKey | undefined> {
    return this.#previous
  }

  /**
   * Makes a new current key.
   *
   * @param keepOld whether the keys published so far stay published
   */
  async rotate({ keepOld }: { keepOld: boolean }): Promise<void> {
    const next = generate()
    await next
    const replaced = this.current()
    this.#previous = replaced
    this.#older = keepOld ? [replaced, ...this.#older] : []
    this.#current = next
  }

  /** Stops publishing every key but the current one. */
  retire(): void {
    this.#older = []
  }

  /** @returns the public keys, the current one first, public members only */
  async jwks(): Promise<{ keys: JWK[] }> {
    const published = await Promise.all([this.current(), ...this.#older])
    return {
      keys: await Promise.all(published.map(({ kid, publicKey }) => publicJwk(kid, publicKey))),
    }
  }

  /** @returns the current public key as SPKI PEM: the text an HS256 confusion attack uses as secret */
  async publicPem(): Promise<string> {
    return exportSPKI((await this.current()).publicKey)
  }
}

/** @returns a public key as Stytch publishes it; an EC key, which Stytch has none of, likewise */
export async function publicJwk(kid: string, key: CryptoKey): Promise<JWK> {
  const { kty, n, e, crv, x, y } = await exportJWK(key)
  const members = kty === 'RSA' ? { alg: 'RS256', kid, n, e } : { alg: 'ES256', kid, crv, x, y }
  return { kty, use: 'sig', key_ops: ['verify'], ...members }
}

async function generate(): Promise<SigningKey> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048 })
  return { ...pair, kid: newId('jwk') }
}
