/**
 * Tells public keys from everything else that comes between such lines, above all from private ones.
 *
 * @see RFC 7468 (PEM), RFC 5280 §4.1 (certificates, SubjectPublicKeyInfo), RFC 8017 A.1.1 (RSAPublicKey)
 */

/** Tags of what each begins with, one level below the outermost sequence. */
const SHAPES = {
  'PUBLIC KEY': [0x30, 0x03],
  'RSA PUBLIC KEY': [0x02, 0x02],
  CERTIFICATE: [0x30, 0x30, 0x03],
} as const

const ARMOUR =
  /^-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----\s([A-Za-z0-9+/=\s]+)-----END \1-----$/

/** Whether a text is one public key, or one certificate, in PEM. */
export function isPublicKey(pem: string): boolean {
  const [, label, text] = ARMOUR.exec(pem.trim()) ?? []
  const der = text === undefined ? undefined : decoded(text)
  const [outer, ...more] = (der && elements(der)) ?? []
  if (label === undefined || outer?.tag !== 0x30 || more.length > 0) return false
  const tags = elements(outer.content)?.map(({ tag }) => tag)
  const shape = SHAPES[label as keyof typeof SHAPES]
  return tags?.length === shape.length && shape.every((tag, index) => tag === tags[index])
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, '')), (byte) => byte.charCodeAt(0))
  } catch {
    return undefined
  }
}

interface Element {
  readonly tag: number
  readonly content: Uint8Array
}

/** Elements in a row, in DER (X.690 §8.1, §10.1); `undefined` unless they fill the bytes exactly. */
function elements(bytes: Uint8Array): Element[] | undefined {
  const found: Element[] = []
  let at = 0
  while (at < bytes.length) {
    const [tag, first = 0x80] = bytes.subarray(at)
    at += 2
    // Longer than two bytes say, no key is.
    const size = first < 0x80 ? 0 : first - 0x80
    if (tag === undefined || first === 0x80 || size > 2 || at + size > bytes.length)
      return undefined
    const length =
      size === 0 ? first : bytes.subarray(at, at + size).reduce((n, b) => n * 256 + b, 0)
    at += size
    if (at + length > bytes.length) return undefined
    found.push({ tag, content: bytes.subarray(at, at + length) })
    at += length
  }
  return found
}
