/**
 * What a change would do to something stored: the value as it would be (`applyPatch`), how that differs
 * from what is there (`difference`), and a short name for what is there (`fingerprint`), by which a later
 * step knows that nobody changed it in between.
 */
import { sha256 } from '../digest.ts'
import { align } from './alignment.ts'
import {
  byCodeUnits,
  canonicalJson,
  isObject,
  type Json,
  type JsonObject,
  MAX_DEPTH,
  TooDeep,
} from './canonical-json.ts'

export type { Json } from './canonical-json.ts'

/** One place where two values differ. `before` is absent for what is new, `after` for what is gone. */
export interface Change {
  /** Points into the new value; for what is gone, into the old one (RFC 6901). */
  readonly path: string
  readonly before?: Json
  readonly after?: Json
}

/** Members that tell the elements of a Stytch list apart, in the order they are tried. */
const IDENTIFYING = ['url', 'role_id', 'resource_id', 'scope', 'domain'] as const

/**
 * Compares two values. Either may be absent: what is new, or gone, is one change at the root.
 *
 * Elements of a list are matched by the first of `url`, `role_id`, `resource_id`, `scope` and `domain`
 * that all of them have and no two of them share; the order of such a list is not a difference. Elements
 * of other lists are matched where they are equal, in order, and what is left over between two matches is
 * compared pair by pair.
 *
 * @returns the places that differ, as deep down as possible; members in the order of their names, and in
 *   a matched list what is gone before what is changed or new
 * @throws {TooDeep} beyond 80 levels
 */
export function difference(before: Json | undefined, after: Json | undefined): Change[] {
  const changes: Change[] = []
  compare({ before, after, from: '', to: '', depth: 0 }, changes)
  return changes
}

/** The patch would do what nobody may ask for: `depth` beyond 80 levels, or name a `prototype`. */
export class UnusablePatch extends Error {
  override readonly name = 'UnusablePatch'

  constructor(readonly reason: 'depth' | 'prototype') {
    super('The patch is not usable.')
  }
}

/**
 * Applies a JSON Merge Patch: members replace members, `null` removes, a list replaces a list whole.
 *
 * @param current what is there; nothing at all is as good as an empty object
 * @returns the patched value; neither argument is changed
 * @throws {UnusablePatch} when the patch is too deep, or a member anywhere in it is named `__proto__`
 * @see RFC 7396
 */
export function applyPatch(current: Json | undefined, patch: Json): Json {
  refuseUnusable(patch, 0)
  return merge(current, patch)
}

/**
 * Names a value.
 *
 * @param value JSON
 * @returns the base64url SHA-256 of its canonical text, 43 characters; the order of members does not matter
 * @throws {TooDeep} beyond 80 levels
 * @throws {TypeError} for what is not JSON
 */
export async function fingerprint(value: unknown): Promise<string> {
  return sha256(canonicalJson(value))
}

/** Two values in the same place, and where that is in each of the two documents. */
interface Pair {
  readonly before: Json | undefined
  readonly after: Json | undefined
  readonly from: string
  readonly to: string
  readonly depth: number
}

function compare(pair: Pair, changes: Change[]): void {
  const { before, after, from, to, depth } = pair
  if (before === after) return
  if (depth > MAX_DEPTH) throw new TooDeep('Values to compare have too many levels.')
  if (before === undefined) changes.push({ path: to, after: after as Json })
  else if (after === undefined) changes.push({ path: from, before })
  else if (isList(before) && isList(after)) compareLists(before, after, pair, changes)
  else if (isMembers(before) && isMembers(after)) compareMembers(before, after, pair, changes)
  else changes.push({ path: to, before, after })
}

function compareMembers(
  before: JsonObject,
  after: JsonObject,
  { from, to, depth }: Pair,
  changes: Change[],
): void {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  for (const name of [...names].sort(byCodeUnits)) {
    const token = name.replaceAll('~', '~0').replaceAll('/', '~1')
    const place = { from: `${from}/${token}`, to: `${to}/${token}`, depth: depth + 1 }
    compare({ before: own(before, name), after: own(after, name), ...place }, changes)
  }
}

function compareLists(
  before: readonly Json[],
  after: readonly Json[],
  { from, to, depth }: Pair,
  changes: Change[],
): void {
  for (const [i, j] of matchedByKey(before, after) ?? matchedByOrder(before, after)) {
    compare(
      {
        before: i === undefined ? undefined : before[i],
        after: j === undefined ? undefined : after[j],
        from: `${from}/${i}`,
        to: `${to}/${j}`,
        depth: depth + 1,
      },
      changes,
    )
  }
}

/** An element of the old list and the element of the new one it became: indexes, or nothing. */
type Match = readonly [number | undefined, number | undefined]

function matchedByKey(before: readonly Json[], after: readonly Json[]): Match[] | undefined {
  for (const key of IDENTIFYING) {
    const old = indexed(before, key)
    const now = indexed(after, key)
    if (old === undefined || now === undefined) continue
    const gone = [...old].filter(([id]) => !now.has(id)).map(([, i]): Match => [i, undefined])
    return [...gone, ...[...now].map(([id, j]): Match => [old.get(id), j])]
  }
  return undefined
}

/** Where each identifier is; `undefined` when the key does not tell all elements apart. */
function indexed(list: readonly Json[], key: string): Map<string, number> | undefined {
  const found = new Map<string, number>()
  for (const [index, element] of list.entries()) {
    const id = isMembers(element) ? own(element, key) : undefined
    if (typeof id !== 'string' || found.has(id)) return undefined
    found.set(id, index)
  }
  return found
}

function matchedByOrder(before: readonly Json[], after: readonly Json[]): Match[] {
  const matches: Match[] = []
  let i = 0
  let j = 0
  const end = [before.length, after.length] as const
  for (const [nextI, nextJ] of [
    ...align(before.map(canonicalJson), after.map(canonicalJson)),
    end,
  ]) {
    while (i < nextI || j < nextJ) {
      matches.push([i < nextI ? i++ : undefined, j < nextJ ? j++ : undefined])
    }
    // The two elements here are equal.
    i++
    j++
  }
  return matches
}

function merge(current: Json | undefined, patch: Json): Json {
  if (!isMembers(patch)) return patch
  const merged = new Map(isMembers(current) ? Object.entries(current) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else if (value !== undefined) merged.set(name, merge(merged.get(name), value))
  }
  // Defines every member, so that no name reaches a prototype.
  return Object.fromEntries(merged)
}

function refuseUnusable(patch: Json | undefined, depth: number): void {
  if (typeof patch !== 'object' || patch === null) return
  if (depth >= MAX_DEPTH) throw new UnusablePatch('depth')
  if (Object.hasOwn(patch, '__proto__')) throw new UnusablePatch('prototype')
  for (const value of Object.values(patch)) refuseUnusable(value, depth + 1)
}

function own(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isMembers(value: Json | undefined): value is JsonObject {
  return isObject(value)
}
