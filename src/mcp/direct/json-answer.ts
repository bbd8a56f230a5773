/** Answers that are one JSON object. What a result ends with is put there as text: it is always the same. */
import type { Fault } from '../fault.ts'

type Id = string | number

/**
 * Answers with a result.
 *
 * @param text its members, at least one, as JSON between braces
 * @param more further members, each with a comma before it
 */
export function resultAnswer(id: Id, text: string, more = ''): string {
  const result = more === '' ? text : `${text.slice(0, -1)}${more}}`
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`
}

/** Answers with an error, which in both eras is an answer like any other. */
export function faultAnswer(id: Id, { code, message, data }: Fault): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } })
}
