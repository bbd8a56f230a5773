/**
 * The last thing between a text someone sent and a place where it is kept: tokens and secrets in it are
 * blotted out. They have no business there; a person who pastes one into a name puts it there anyway.
 */

/** What stands where a token or secret was. */
export const BLOTTED = '[secret]'

/**
 * JWTs, what follows `Bearer` or `Basic`, and Stytch's project secrets. The ids of those begin alike and
 * go on with a UUID: they are no secret, and a record about one must name it.
 */
const SECRET =
  /\beyJ[\w-]{8}[\w.-]*|\b(?:bearer|basic) +[\w.~+/=-]{16,}|\bsecret-(?:test|live)-(?![\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\w-]))[\w-]{16,}=*/gi

/**
 * Copies a value without the tokens and secrets in its texts and names.
 *
 * @param value JSON
 */
export function withoutTokens<Value>(value: Value): Value {
  return blotted(value) as Value
}

function blotted(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(SECRET, BLOTTED)
  if (Array.isArray(value)) return value.map(blotted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [blotted(name), blotted(member)]),
  )
}
