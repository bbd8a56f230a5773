/**
 * A protocol server for one exchange. Every era is served by the same `McpServer` made from the same
 * catalogue; only the transport in front of it differs.
 */
import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import type { Log } from '../observe/log.ts'
import { type Catalogue, holds } from './access.ts'
import { type Tool, type ToolContext, ToolError } from './tool.ts'

/** Who the server says it is. */
export interface ServerIdentity {
  readonly name: string
  readonly title: string
  readonly version: string
  /** For the model: what the server is for and where to begin. */
  readonly instructions: string
}

/** Makes the server of one exchange. */
export type ServerFactory = (context: ToolContext) => McpServer

/**
 * Prepares a factory of per-exchange servers.
 *
 * @param identity who the server says it is
 * @param catalogue every tool it has
 * @param log where failures of tools are recorded
 */
export function createServerFactory(
  identity: ServerIdentity,
  catalogue: Catalogue,
  log: Log,
): ServerFactory {
  const { instructions, ...implementation } = identity

  return (context) => {
    const server = new McpServer(implementation, { instructions })
    for (const tool of catalogue.values()) {
      const { name, title, description, annotations, input, output } = tool
      server.registerTool(
        name,
        { title, description, annotations, inputSchema: input, outputSchema: output },
        (args) => call(tool, args, context, log),
      )
    }
    return server
  }
}

async function call(
  tool: Tool,
  args: unknown,
  context: ToolContext,
  log: Log,
): Promise<CallToolResult> {
  const { requestId, principal } = context
  try {
    // The endpoint has decided already; a route that forgot to ask must not reach a handler.
    if (!holds(principal, tool.scopes)) {
      throw new ToolError('forbidden', 'The access token lacks a scope this tool needs.')
    }
    const { summary, data } = await tool.run(args, context)
    return {
      // Clients older than structured content read the same data from the second block.
      content: [
        { type: 'text', text: summary },
        { type: 'text', text: JSON.stringify(data) },
      ],
      structuredContent: data as Record<string, unknown>,
    }
  } catch (error) {
    if (error instanceof ToolError) return failure(error.code, error.message, requestId)
    log('error', 'tool failed', {
      request_id: requestId,
      tool: tool.name,
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
