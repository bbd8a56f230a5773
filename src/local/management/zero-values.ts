/**
 * How Stytch's services, written in Go, read JSON: `null` is the same as absent, an absent value is the zero
 * of its type, and unknown members are ignored.
 */
import { z } from 'zod'

/** Absent means false. */
export function flag() {
  return z
    .boolean()
    .nullish()
    .transform((value) => value ?? false)
}

/** Absent means the empty text. */
export function text() {
  return z
    .string()
    .nullish()
    .transform((value) => value ?? '')
}

/** Absent means no items. */
export function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? [])
}

/** Absent stays absent. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined)
}

/** An object without its nulls, so that spreading one over another changes only what was said. */
export function body<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutNulls, z.object(shape))
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
}
