/**
 * Seals a value under the random id in its link, the way a key is left under a doormat nobody else can
 * find: the store keeps a digest of the id and a ciphertext, neither of which leads to the other, so
 * whoever reads the store learns nothing. Whoever has the id still has to be its owner.
 */
import { base64url } from 'jose'
import { sha256 } from '../../digest.ts'

const ID_BYTES = 32
/** The form of an id: 256 bits in base64url. */
const ID = /^[A-Za-z0-9_-]{43}$/
/** NIST SP 800-38D §8.2: 96 bits. Random is safe, since a key seals a handful of times at most. */
const NONCE_BYTES = 12
const CIPHER = 'AES-GCM'
const PURPOSE = 'one-time-secret'

const encoder = new TextEncoder()

/** A fresh id. */
export function newId(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
}

/** Whether a text has the form of an id. */
export function isId(text: string): boolean {
  return ID.test(text)
}

/** Under which key the store keeps what belongs to an id. */
export async function placeOf(id: string): Promise<string> {
  return `${PURPOSE}:${await sha256(`${PURPOSE}:${id}`)}`
}

/**
 * Seals a value.
 *
 * @param value any JSON value
 * @returns text that only the same id opens
 */
export async function seal(id: string, value: unknown): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const key = await keyOf(id, 'encrypt')
  const plain = encoder.encode(JSON.stringify(value))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: CIPHER, iv }, key, plain))
  const whole = new Uint8Array(NONCE_BYTES + sealed.length)
  whole.set(iv)
  whole.set(sealed, NONCE_BYTES)
  return base64url.encode(whole)
}

/**
 * Opens what was sealed.
 *
 * @returns the value
 * @throws {DOMException} `OperationError` when the text was not sealed under this id or has changed since
 */
export async function open(id: string, sealed: string): Promise<unknown> {
  const whole = base64url.decode(sealed)
  const iv = whole.slice(0, NONCE_BYTES)
  const key = await keyOf(id, 'decrypt')
  const plain = await crypto.subtle.decrypt({ name: CIPHER, iv }, key, whole.slice(NONCE_BYTES))
  return JSON.parse(new TextDecoder().decode(plain))
}

/** RFC 5869; the id is uniformly random, so no salt is needed (§3.1). */
async function keyOf(id: string, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', encoder.encode(id), 'HKDF', false, [
    'deriveKey',
  ])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(PURPOSE) },
    secret,
    { name: CIPHER, length: 256 },
    false,
    [use],
  )
}
