/**
 * The facts of a token that help to see why it was refused, taken from the unverified token and fit to
 * be shown: no signature, no claim that identifies a person, values capped and printable.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose'

/** One member of a token's header or payload, as it may be shown. */
export interface TokenFact {
  /** The member's name; members of the header are named `header <name>`. */
  readonly name: string
  readonly value: string
  /** When the member is a date: milliseconds since the epoch. */
  readonly at?: number
}

const HEADER = ['alg', 'typ', 'kid'] as const
const DATES = new Set(['exp', 'iat', 'nbf'])
/** Shown by value; of every other claim only the name. */
const SHOWN = new Set(['iss', 'aud', 'scope', 'client_id', ...DATES])
/** Kinds of subject Stytch has, and the part of an id that says which it is. */
const SUBJECT_KIND = /^(?:user|member|m2m-client)-/
const MAX_FACTS = 40
const MAX_NAME = 80
const MAX_VALUE = 200

/**
 * Reads the facts.
 *
 * @param token any text; what is not a JWT has no facts
 */
export function tokenFacts(token: string): readonly TokenFact[] {
  try {
    const header = decodeProtectedHeader(token) as Record<string, unknown>
    const claims = decodeJwt(token) as Record<string, unknown>
    const facts: TokenFact[] = [
      ...HEADER.filter((name) => name in header).map((name) =>
        fact(`header ${name}`, header[name]),
      ),
      ...Object.entries(claims).map(([name, value]) => claimFact(name, value)),
    ]
    return facts.slice(0, MAX_FACTS)
  } catch {
    return []
  }
}

/**
 * What can be said of the value of a claim that identifies a person or a company: its kind and size.
 *
 * @param value as it stands in the token, or as it was written into a refusal
 */
export function withheld(value: unknown): string {
  if (typeof value !== 'string') return `(${typeOf(value)}, not shown)`
  const kind = SUBJECT_KIND.exec(value)?.[0]
  const length = `${value.length} characters`
  return kind === undefined ? `(${length}, not shown)` : `${kind}… (${length})`
}

function claimFact(name: string, value: unknown): TokenFact {
  if (DATES.has(name) && typeof value === 'number') return dateFact(name, value)
  if (name === 'sub') return { name, value: withheld(value) }
  return SHOWN.has(name) ? fact(name, value) : fact(name, `(${typeOf(value)}, not shown)`)
}

/** Dates beyond what `Date` can say stay numbers. */
function dateFact(name: string, seconds: number): TokenFact {
  const at = new Date(seconds * 1000)
  if (Number.isNaN(at.getTime())) return fact(name, seconds)
  return { name, value: at.toISOString(), at: at.getTime() }
}

function fact(name: string, value: unknown): TokenFact {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return { name: printable(name, MAX_NAME), value: printable(text, MAX_VALUE) }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}

function printable(text: string, length: number): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?')
  return plain.length > length ? `${plain.slice(0, length)}...` : plain
}
