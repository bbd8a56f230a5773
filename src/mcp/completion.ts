/**
 * Completion: values suggested while a person fills in an argument of a prompt or a variable of a resource
 * template. Suggestions tell what exists, so whoever makes them runs as the caller, within the scopes of
 * what is completed.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/completion
 */
import type { CompleteRequestParams, CompleteResult, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { CallContext } from './call-context.ts'
import type { Catalogue } from './catalogue.ts'
import type { Exchange } from './exchange.ts'
import { handle } from './handed-over.ts'
import { answered, type Running } from './permitted.ts'
import type { Viewer } from './visible.ts'

/** What suggesting knows about its request. */
export interface CompletionContext extends CallContext {
  /** Other arguments as far as they are filled in, by name. Written by the client: validate them. */
  readonly chosen: Readonly<Record<string, string>>
}

/**
 * Suggests values that go on from what was typed.
 *
 * @param value what was typed so far; may be empty
 * @returns the best first; clients are told a hundred at most
 */
export type Complete = (
  value: string,
  context: CompletionContext,
) => readonly string[] | Promise<readonly string[]>

const completers = new WeakMap<z.ZodType, Complete>()

/**
 * Suggests values for an argument of a prompt.
 *
 * @param schema of the argument; the very object goes into `args`, alone or made optional
 * @returns the schema
 */
export function completable<Schema extends z.ZodType>(schema: Schema, complete: Complete): Schema {
  completers.set(schema, complete)
  return schema
}

/** Whether anything of an offer suggests values. */
export function suggests({ prompts, templates }: Catalogue): boolean {
  return (
    templates.some(({ complete }) => complete !== undefined) ||
    [...prompts.values()].some(({ args }) =>
      Object.values(args?.shape ?? {}).some((schema) => completerOf(schema) !== undefined),
    )
  )
}

/** As many as a result may hold. */
const MAX_VALUES = 100

/**
 * Serves `completion/complete`.
 *
 * @param server with everything declared on it, and with the capability
 */
export function serveCompletions(server: McpServer, running: Running): void {
  server.server.setRequestHandler(
    'completion/complete',
    ({ params }, context) =>
      handle(server, context, (exchange) => suggested(params, exchange, running)) as never,
  )
}

/** Suggests values. An argument nobody suggests values for has none. */
export async function suggested(
  { ref, argument, context }: CompleteRequestParams,
  exchange: Exchange,
  running: Running,
): Promise<CompleteResult> {
  const { declared, complete } = completed(ref, argument.name, exchange.viewer)
  if (declared === undefined || complete === undefined) return result([])
  const chosen = context?.arguments ?? {}
  const { name, scopes } = declared
  const run = (call: CallContext) => complete(argument.value, Object.assign(call, { chosen }))
  return result(await answered({ name, scopes, run }, exchange, running))
}

type Ref =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | {
      readonly type: 'ref/resource'
      readonly uri: string
    }

/** What is completed, and by what; of what the caller may see. */
function completed(ref: Ref, argument: string, { visible }: Viewer) {
  const { prompts, templates } = visible.catalogue
  if (ref.type === 'ref/prompt') {
    const declared = prompts.get(ref.name)
    const { shape = {} } = declared?.args ?? {}
    const schema = Object.hasOwn(shape, argument) ? shape[argument] : undefined
    return { declared, complete: completerOf(schema as z.ZodType | undefined) }
  }
  const declared = templates.find(({ uriTemplate }) => uriTemplate === ref.uri)
  const { complete = {} } = declared ?? {}
  return { declared, complete: Object.hasOwn(complete, argument) ? complete[argument] : undefined }
}

function completerOf(schema: unknown): Complete | undefined {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema
  return completers.get(inner as z.ZodType) ?? completers.get(schema as z.ZodType)
}

function result(values: readonly string[]): CompleteResult {
  return {
    completion: {
      values: values.slice(0, MAX_VALUES),
      total: values.length,
      hasMore: values.length > MAX_VALUES,
    },
  }
}
