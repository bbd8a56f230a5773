/**
 * What every server under load offers: `whoami`, which answers from the verified token alone, and as many
 * more tools as are asked for. Schemas are made once: most samples make them for each request, which is
 * several times slower, and would flatter us.
 */
import { z } from 'zod'

/** Who calls, as far as a tool needs it. */
export interface Caller {
  readonly subject: string
  readonly clientId: string
  readonly scopes: readonly string[]
}

/** A tool in no framework's words. */
export interface BenchTool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  answer(caller: Caller): { readonly text: string; readonly data: Record<string, unknown> }
}

/** The tool that is called. */
const whoami: BenchTool = {
  name: 'whoami',
  title: 'Who am I',
  description:
    'Tells who is signed in: id, client and granted scopes. Call it when an answer depends on the person.',
  input: z.object({}),
  output: z.object({
    subject: z.string().describe('user-… or member-…'),
    client_id: z.string(),
    scopes: z.array(z.string()),
  }),
  answer: ({ subject, clientId, scopes }) => ({
    text: `Signed in as ${subject}.`,
    data: { subject, client_id: clientId, scopes: [...scopes] },
  }),
}

/** @param count of tools, at least 1; the first is `whoami` */
export function benchTools(count: number): readonly BenchTool[] {
  return [whoami, ...Array.from({ length: count - 1 }, (_, index) => finder(index + 1))]
}

function finder(index: number): BenchTool {
  return {
    name: `findRecords${index}`,
    title: `Find records of table ${index}`,
    description: `Finds records of table ${index} that match a text. Call it before a record is changed, to learn its id. Changes nothing.`,
    input: z.object({
      text: z.string().max(200).describe('Words the record holds'),
      limit: z.number().int().min(1).max(100).default(20).describe('Most records to return'),
      order: z.enum(['newest', 'oldest', 'name']).optional().describe('Which come first'),
      archived: z.boolean().optional().describe('Whether archived records count'),
      labels: z.array(z.string()).optional().describe('Labels a record must have'),
      cursor: z.string().optional().describe('Where the page before ended'),
    }),
    output: z.object({ total: z.number().int() }),
    answer: () => ({ text: 'Nothing matches.', data: { total: 0 } }),
  }
}
