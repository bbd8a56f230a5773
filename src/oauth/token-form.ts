/**
 * The form of a compact JWS, checked before any cryptography. JOSE libraries forgive padding, inner
 * white space and stray trailing bits, so that one token has several spellings; here it has one
 * (RFC 7515 §2, §5.2). Nothing read here is trusted: the signature has not been checked.
 */
import { decodeProtectedHeader } from 'jose'
import { remembering } from '../remembering.ts'
import { type Refusal, refuse } from './refusal.ts'

/** Stytch's tokens are around 1 KiB; custom claims can make them larger, but not this large. */
const MAX_TOKEN_BYTES = 8 * 1024
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
const KEY_REFERENCES = ['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256'] as const
const MAX_KEY_ID = 256

/** A token whose header is acceptable. */
export interface WellFormed {
  readonly ok: true
  /** `kid` of the header: used only to look a key up in the project's own set. */
  readonly keyId: string
}

/**
 * Checks the form of a token and its header.
 *
 * @param token the credentials of a request
 * @returns the key id, or `token_malformed` / `token_algorithm`
 */
export function wellFormed(token: string): WellFormed | Refusal {
  if (token.length > MAX_TOKEN_BYTES) {
    return refuse('token_malformed', `at most ${MAX_TOKEN_BYTES} bytes`, `${token.length} bytes`)
  }
  if (!COMPACT.test(token) || !token.split('.').every(canonicalBase64Url)) {
    return refuse('token_malformed', 'three canonical base64url parts')
  }

  return acceptable(token.slice(0, token.indexOf('.')))
}

/** What is found of a header, which is the same in all tokens of one key. At most 500 tokens are held on to by it. */
const acceptable = remembering((encoded: string): WellFormed | Refusal => {
  const header = protectedHeader(encoded)
  if (header === undefined) return refuse('token_malformed', 'a JSON object as header')
  // RFC 8725 §3.10: keys named by the token itself are never used, so their presence is an attack.
  const reference = KEY_REFERENCES.find((name) => name in header)
  if (reference !== undefined) return refuse('token_algorithm', 'no key in the header', reference)
  if (header.crit !== undefined) return refuse('token_algorithm', 'no crit', 'crit')
  if (header.alg !== 'RS256') return refuse('token_algorithm', 'alg RS256', header.alg)
  if (typeof header.typ !== 'string' || header.typ.toLowerCase() !== 'jwt') {
    return refuse('token_kind', 'typ JWT', header.typ ?? 'no typ')
  }
  if (typeof header.kid !== 'string' || header.kid === '' || header.kid.length > MAX_KEY_ID) {
    return refuse('token_algorithm', 'a kid')
  }
  return { ok: true, keyId: header.kid }
})

function protectedHeader(encoded: string): Record<string, unknown> | undefined {
  try {
    return decodeProtectedHeader(`${encoded}..`) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The bits of the last character that encode nothing must be zero, and one lone character is nothing. */
function canonicalBase64Url(part: string): boolean {
  const unused = [0, undefined, 0b1111, 0b0011][part.length % 4]
  if (unused === undefined) return false
  return (ALPHABET.indexOf(part.at(-1) as string) & unused) === 0
}
