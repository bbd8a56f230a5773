/**
 * Serves 2025-era requests (revisions opened by `initialize`), stateless: each request gets a server and
 * a `@hono/mcp` transport of its own, and no session id is minted.
 */
import { StreamableHTTPTransport } from '@hono/mcp'
import type { Transport } from '@modelcontextprotocol/server'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { RpcRequest } from './message.ts'
import { INVALID_REQUEST, rpcError } from './rpc-error.ts'
import type { ServerFactory } from './server.ts'
import type { ToolContext } from './tool.ts'

/** Revisions this era has had. */
const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']

/**
 * Answers one 2025-era message.
 *
 * @param c the Hono context of the request, whose body has been read
 * @param message its message
 * @param serverFor makes the server
 * @param context of the call
 */
export async function serveLegacy(
  c: Context,
  message: RpcRequest,
  serverFor: ServerFactory,
  context: ToolContext,
): Promise<Response> {
  // The transport says 404 here, which clients read as "your session is gone".
  const revision = c.req.header('mcp-protocol-version')
  if (revision !== undefined && !REVISIONS.includes(revision)) {
    return rpcError(
      400,
      INVALID_REQUEST,
      `MCP-Protocol-Version must be one of ${REVISIONS.join(', ')}`,
      {
        ...(message.id === undefined ? {} : { id: message.id }),
      },
    )
  }
  // Nothing lasts from one exchange to the next, so there is nothing a notification could change.
  if (message.id === undefined) return new Response(null, { status: 202 })

  const transport = new StreamableHTTPTransport({
    // Only a stream can carry progress; clients that read JSON alone get the result alone.
    enableJsonResponse: !acceptsStream(c.req.header('accept')),
  })
  const server = serverFor(context)
  await server.connect(transport as unknown as Transport)
  try {
    return (await transport.handleRequest(c, message)) ?? c.body(null, 202)
  } catch (error) {
    // Thrown, and meant as an answer; but its body quotes the schema library and forgets the id.
    if (!(error instanceof HTTPException)) throw error
    const reason = 'The message does not fit the schema of its protocol revision'
    return rpcError(error.status, INVALID_REQUEST, reason, { id: message.id })
  }
}

function acceptsStream(accept: string | undefined): boolean {
  return accept?.includes('text/event-stream') ?? false
}
