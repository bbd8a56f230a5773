/**
 * RFC 7662 §4: an introspection answer must be about the very token in hand. What it says and what the
 * signed token says must agree; if they do not, neither is believed.
 */

/** Members of a token, or of what introspection says of it. */
type Members = Readonly<Record<string, unknown>>

/** Stytch sends these always; their absence is a difference. */
const REQUIRED = ['sub', 'client_id'] as const
const OPTIONAL = ['exp', 'aud'] as const

/**
 * Compares an introspection answer with a token.
 *
 * @param answer members of the introspection response
 * @param token claims of the token
 * @returns the name of the first member that differs
 */
export function contradiction(answer: Members, token: Members): string | undefined {
  if ('token_type' in answer && answer.token_type !== 'access_token') return 'token_type'
  return (
    REQUIRED.find((name) => answer[name] !== token[name]) ??
    OPTIONAL.find((name) => name in answer && !same(answer[name], token[name]))
  )
}

/** `aud` may be one string or a list in any order. */
function same(one: unknown, other: unknown): boolean {
  const members = (value: unknown) => JSON.stringify([value].flat().sort())
  return members(one) === members(other)
}
