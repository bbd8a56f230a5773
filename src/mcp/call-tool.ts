/**
 * One call of a tool, from its arguments to its result. What fails is told as the result of the call, so
 * that a model can mend it; only what the protocol itself must answer is an error of the protocol.
 */
import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolError,
} from '@modelcontextprotocol/server'
import { argumentsOf } from './arguments.ts'
import type { Exchange } from './exchange.ts'
import { permitted, type Running } from './permitted.ts'
import { type Tool, ToolError } from './tool.ts'
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
): Promise<CallToolResult | InputRequiredResult> {
  const { requestId } = exchange.viewer
  const { name, scopes } = tool
  try {
    const answer = await permitted(
      { name, scopes, arguments: args },
      exchange,
      running,
      (context) => {
        const run = (checked: unknown) => {
          // What does not fit could be anything, a secret in the wrong place included: only now is any shown.
          context.record.standsFor(tool, args)
          return tool.run(checked, context)
        }
        const checked = argumentsOf(tool, args)
        return checked instanceof Promise ? checked.then(run) : run(checked)
      },
    )
    if (isInputRequiredResult(answer)) return answer
    const { summary, data, content = [] } = answer
    return {
      // Clients older than structured content read the same data as text.
      content: [
        ...(summary === undefined ? [] : [{ type: 'text' as const, text: summary }]),
        ...(data === undefined ? [] : [{ type: 'text' as const, text: inertJson(data) }]),
        ...content,
      ],
      ...(data === undefined ? {} : { structuredContent: data as Record<string, unknown> }),
    }
  } catch (error) {
    if (error instanceof ToolError) return failure(error.code, error.message, requestId)
    // What the protocol itself must answer, such as a capability the client did not declare.
    if (error instanceof ProtocolError) throw error
    // Of a client that went away, whatever was under way fails; that is no fault of the tool.
    running.log(exchange.signal.aborted ? 'info' : 'error', 'tool failed', {
      request_id: requestId,
      tool: name,
      error: error instanceof Error ? error.name : typeof error,
    })
    return failure('internal_error', 'The tool failed on this server. Try again later.', requestId)
  }
}

/** Not structured content: that must fit the tool's output schema, and an error does not. */
function failure(code: string, message: string, requestId: string): CallToolResult {
  const error = { code, message, request_id: requestId }
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] }
}
