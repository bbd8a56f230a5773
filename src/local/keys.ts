/**
 * The project's signing key, published as a JWKS, and a stranger's key that tests forge with.
 * RSA-2048 for RS256, made on first need; private halves cannot be exported.
 */
import { exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'
import { newId } from './ids.ts'

export interface SigningKey {
  /** `jwk-test-<uuid>`. */
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** Holds the keys of one Local Stytch. Concurrent first uses wait for the same generation. */
export class Keyring {
  #current: Promise<SigningKey> | undefined
  #foreign: Promise<SigningKey> | undefined

  /** The key tokens are signed with. */
  current(): Promise<SigningKey> {
    this.#current ??= generate()
    return this.#current
  }

  /** A key nobody published. It claims the current `kid`, as a forger would. */
  foreign(): Promise<SigningKey> {
    this.#foreign ??= Promise.all([generate(), this.current()]).then(([stranger, { kid }]) => ({
      ...stranger,
      kid,
    }))
    return this.#foreign
  }

  /** @returns the public keys, public members only */
  async jwks(): Promise<{ keys: JWK[] }> {
    const { kid, publicKey } = await this.current()
    const { kty, n, e } = await exportJWK(publicKey)
    return { keys: [{ kty, use: 'sig', key_ops: ['verify'], alg: 'RS256', kid, n, e }] }
  }

  /** @returns the current public key as SPKI PEM: the text an HS256 confusion attack uses as secret */
  async publicPem(): Promise<string> {
    return exportSPKI((await this.current()).publicKey)
  }
}

async function generate(): Promise<SigningKey> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048 })
  return { ...pair, kid: newId('jwk') }
}
