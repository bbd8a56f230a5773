/**
 * One text for one JSON value, whatever the order its members came in, so that digests of equal values
 * are equal.
 *
 * @see RFC 8785 (JSON Canonicalization Scheme)
 */

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object. A member that is `undefined` is as good as absent. */
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/** Levels of arrays and objects. A message may have 64; what wraps its parts adds a few. */
export const MAX_DEPTH = 80

/** The value has more levels than anything this server reads or writes, or contains itself. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'
}

/**
 * Writes a value.
 *
 * Differs from RFC 8785 in one thing: half a surrogate pair is written as its escape, where the RFC asks
 * for an error. Values that differ still have texts that differ.
 *
 * @param value JSON, or what turns itself into JSON (`toJSON`); members that are `undefined` are left out
 * @returns JSON text without white space, members in the order of their names' UTF-16 code units
 * @throws {TooDeep} beyond {@link MAX_DEPTH} levels
 * @throws {TypeError} for what JSON cannot say: a function, a bigint, `NaN`, a `Map`, nothing at all
 */
export function canonicalJson(value: unknown): string {
  const text = written(value, 0)
  if (text === undefined) throw new TypeError('There is no value to write as JSON.')
  return text
}

/** Whether a value is an object of members, as JSON knows it. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Code units, as RFC 8785 §3.2.3 asks; never by locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function written(given: unknown, depth: number): string | undefined {
  const value = asJson(given)
  if (value === undefined) return undefined
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return JSON.stringify(value)
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (depth >= MAX_DEPTH) throw new TooDeep(`A JSON value has more than ${MAX_DEPTH} levels.`)
  if (Array.isArray(value)) {
    return `[${Array.from(value, (element) => written(element, depth + 1) ?? 'null').join()}]`
  }
  if (!isObject(value)) throw new TypeError('A value is not JSON.')
  const names = Object.keys(value)
  if (names.length === 0) return '{}'
  const members: string[] = []
  for (const name of names.sort(byCodeUnits)) {
    const text = written(value[name], depth + 1)
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${members.join()}}`
}

/** Dates and URLs say themselves how they are written. */
function asJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { toJSON } = value as { readonly toJSON?: unknown }
  return typeof toJSON === 'function' ? toJSON.call(value) : value
}
