/** Real keys and tokens without a Stytch: for tests of verification alone. */
import { CompactSign, exportJWK, type JWK } from 'jose'

/** A key pair under the id it is published with. */
export interface Signer {
  readonly jwk: JWK
  /** Signs claims as Stytch does. */
  sign(claims: object): Promise<string>
}

/** Makes an RSA key of 2048 bits. */
export async function createSigner(kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    true,
    ['sign', 'verify'],
  )
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
    sign: (claims) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .sign(privateKey),
  }
}
