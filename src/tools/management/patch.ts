/**
 * Changes to documents that Stytch only replaces as a whole: read, changed here, compared with what is
 * there just before it is written. Whoever changed the document meanwhile keeps their change.
 */
import { z } from 'zod'
import { type Change, difference, fingerprint, type Json } from '../../mcp/difference.ts'
import { ToolError } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import type { Whole } from '../../stytch/management/answer.ts'

/** An argument: which state of the document a call is meant for. */
export const version = {
  version: z.string().max(64).optional().describe('From the get tool: refuses if it changed since'),
}

/** A document, and how it is to change. */
export interface Replacement<Document> {
  /** Reads the document. */
  read(): Promise<Document>
  /** What it should become; throws what the caller should be told. */
  change(current: Document): Document
  /** Writes it. */
  write(document: Document): Promise<Document>
  /** Of the state the caller has seen. */
  readonly version?: string | undefined
}

/** A replacement that is ready. */
export interface Replacing<Document> {
  readonly before: Document
  readonly after: Document
  readonly changes: readonly Change[]
  /**
   * Writes the document, if there is something to change.
   *
   * @returns the document that is there then, and its version
   * @throws {ToolError} `changed` when it is no longer as it was read
   */
  replace(): Promise<{ readonly document: Document; readonly version: string }>
}

/**
 * Gets a replacement ready.
 *
 * @throws {ToolError} `changed` when the caller has seen another state
 */
export async function replacing<Document>({
  read,
  change,
  write,
  version: wanted,
}: Replacement<Document>): Promise<Replacing<Document>> {
  const before = await read()
  const seen = await fingerprint(before)
  if (wanted !== undefined && wanted !== seen) throw changed()
  const after = change(before)
  const changes = difference(before as Json, after as Json)
  return {
    before,
    after,
    changes,
    async replace() {
      if (changes.length === 0) return { document: before, version: seen }
      if ((await fingerprint(await read())) !== seen) throw changed()
      const document = await write(after)
      return { document, version: await fingerprint(document) }
    },
  }
}

/** Said where there was nothing to change. */
export const UNCHANGED = 'Nothing was changed: it is so already.'

/**
 * A document all of which is known here.
 *
 * @throws {ToolError} `unsupported` otherwise: replacing it would reset what nobody here has seen
 */
export function complete<Document>({ document, complete }: Whole<Document>): Document {
  if (complete) return document
  throw new ToolError(
    'unsupported',
    'Stytch has settings here that this server does not know, and writing would reset them. Change this one in the Stytch dashboard.',
  )
}

/** Changes named in a question, and characters of each value: so that it stays one a person reads. */
const NAMED = 4
const LONGEST = 50

/** Changes in a sentence for the person who must agree: where, and from what to what. */
export function inWords(changes: readonly Change[]): string {
  const said = changes
    .slice(0, NAMED)
    .map(({ path, before, after }) => `${quoted(path)} from ${shown(before)} to ${shown(after)}`)
  const more = changes.length - NAMED
  return `${said.join('; ')}${more > 0 ? `; and ${more} more changes` : ''}.`
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'nothing' : quoted(JSON.stringify(value), LONGEST)
}

function changed(): ToolError {
  return new ToolError(
    'changed',
    'That has changed since it was read, so nothing was done. Read it again, then decide anew.',
  )
}
