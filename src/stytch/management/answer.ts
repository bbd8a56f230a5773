/**
 * Shapes of what the management API answers. Stytch's services write `null` for an empty list and for a
 * value that is not set; fields we do not know are left behind.
 */
import { z } from 'zod'

/** A value that may be missing. `null` is missing. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => value ?? undefined, schema.optional()).optional()
}

/** A list that is always there. `null` is empty. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => (value === null ? [] : value), z.array(item))
}

/** One of the values known today, or one that Stytch adds: a name, never a sentence. */
export type Word<Known extends string> = Known | (string & {})

/** @returns the schema of a name Stytch chose, for example `LIVE` */
export function word<Known extends string>(): z.ZodType<Word<Known>> {
  return z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/)
}

/** The last characters of a secret. More than four is not a mask. */
export const lastFour = z.string().max(4)

/** An ISO 8601 moment. */
export const moment = z.string().max(64)

/** An answer without content of its own. */
export const done = z.object({})

/** A document that is replaced as a whole, and whether all of it was understood. */
export interface Whole<Document> {
  readonly document: Document
  /**
   * False when Stytch sent settings unknown to us, which are not in `document`: setting it again, even
   * unchanged, would reset them.
   */
  readonly complete: boolean
}

/** The schema of a document that is only ever replaced as a whole. */
export function whole<Schema extends z.ZodType>(schema: Schema) {
  return z.unknown().transform((sent, context): Whole<z.output<Schema>> => {
    const read = schema.safeParse(sent)
    if (read.success) return { document: read.data, complete: covers(read.data, sent) }
    context.addIssue({ code: 'custom', message: 'The document has another shape' })
    return z.NEVER
  })
}

/** Whether everything that was sent was kept. */
function covers(kept: unknown, sent: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return true
  return Object.entries(sent).every(
    ([name, value]) =>
      value === null ||
      (typeof kept === 'object' &&
        kept !== null &&
        Object.hasOwn(kept, name) &&
        covers((kept as Record<string, unknown>)[name], value)),
  )
}
