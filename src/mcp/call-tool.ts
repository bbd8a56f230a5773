/**
 * One call of a tool, from its arguments to its result. What fails is told as the result of the call, so
 * that a model can mend it; only what the protocol itself must answer is an error of the protocol.
 */
import {
  type CallToolResult,
  type ContentBlock,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolError,
} from '@modelcontextprotocol/server'
import { argumentsOf } from './arguments.ts'
import type { CallContext } from './call-context.ts'
import type { Exchange } from './exchange.ts'
import { type Operation, PermittedRun, type Running } from './permitted.ts'
import { type Tool, type ToolAnswer, ToolError } from './tool.ts'
import { inertJson } from './untrusted.ts'

/**
 * Calls a tool.
 *
 * @param args as the client sent them
 * @returns the tool's answer, what it asks the client, or its failure
 * @throws {ProtocolError} when the protocol must say no
 */
export async function callTool(
  tool: Tool,
  args: unknown,
  exchange: Exchange,
  running: Running,
): Promise<Result> {
  const run = new PermittedRun(new Call(tool, args), exchange, running)
  let answer: Answer
  try {
    answer = await run.begin()
  } catch (error) {
    await run.failed(error)
    return failed(error, tool, exchange, running)
  }
  // Awaiting nothing takes a turn too.
  const kept = run.ended(answer)
  if (kept !== undefined) await kept
  try {
    return resultOf(answer)
  } catch (error) {
    return failed(error, tool, exchange, running)
  }
}

type Answer = ToolAnswer | InputRequiredResult
type Result = CallToolResult | InputRequiredResult

class Call implements Operation<Answer> {
  readonly name: string
  readonly scopes: readonly string[]

  constructor(
    private readonly tool: Tool,
    readonly args: unknown,
  ) {
    this.name = tool.name
    this.scopes = tool.scopes
  }

  run(context: CallContext): Promise<Answer> {
    const checked = argumentsOf(this.tool, this.args)
    return checked instanceof Promise
      ? this.#performLater(checked, context)
      : this.#perform(checked, context)
  }

  #perform(checked: unknown, context: CallContext): Promise<Answer> {
    // What does not fit could be anything, a secret in the wrong place included: only now is any shown.
    context.record.standsFor(this.tool, this.args)
    return this.tool.run(checked, context)
  }

  async #performLater(checked: Promise<unknown>, context: CallContext): Promise<Answer> {
    return this.#perform(await checked, context)
  }
}

function resultOf(answer: Answer): Result {
  if (isInputRequiredResult(answer)) return answer
  const { summary, data, content: more } = answer
  const content: ContentBlock[] = []
  if (summary !== undefined) content.push({ type: 'text', text: summary })
  // Clients older than structured content read the same data as text.
  if (data !== undefined) content.push({ type: 'text', text: inertJson(data) })
  if (more !== undefined) content.push(...more)
  return data === undefined
    ? { content }
    : { content, structuredContent: data as Record<string, unknown> }
}

/** @throws {ProtocolError} what the protocol itself must answer, such as a capability the client did not declare */
function failed(error: unknown, { name }: Tool, exchange: Exchange, { log }: Running): Result {
  const { requestId } = exchange.viewer
  if (error instanceof ToolError) return failure(error.code, error.message, requestId)
  if (error instanceof ProtocolError) throw error
  // Of a client that went away, whatever was under way fails; that is no fault of the tool.
  log(exchange.signal.aborted ? 'info' : 'error', 'tool failed', {
    request_id: requestId,
    tool: name,
    error: error instanceof Error ? error.name : typeof error,
  })
  return failure('internal_error', 'The tool failed on this server. Try again later.', requestId)
}

/** Not structured content: that must fit the tool's output schema, and an error does not. */
function failure(code: string, message: string, requestId: string): CallToolResult {
  const error = { code, message, request_id: requestId }
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] }
}
