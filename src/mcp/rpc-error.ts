/** Answers that are JSON-RPC errors. `id` is left out when the request's could not be read. */

/** JSON-RPC 2.0 §5.1: the body is not JSON. */
export const PARSE_ERROR = -32700
/** JSON-RPC 2.0 §5.1: the body is JSON, but no message. */
export const INVALID_REQUEST = -32600
/** JSON-RPC 2.0 §5.1: the parameters are not those of the method. */
export const INVALID_PARAMS = -32602
/** JSON-RPC 2.0 §5.1: the server failed. */
export const INTERNAL_ERROR = -32603
/** MCP before 2026-07-28: there is no such resource. */
export const RESOURCE_NOT_FOUND = -32002
/** MCP since 2026-07-28: a header says something else than the body. */
export const HEADER_MISMATCH = -32020

/**
 * A response whose body is a JSON-RPC error.
 *
 * @param status HTTP status
 * @param code JSON-RPC error code
 * @param message one sentence of our own
 * @param id of the request, when readable
 */
export function rpcError(
  status: number,
  code: number,
  message: string,
  options: { readonly id?: string | number; readonly headers?: Record<string, string> } = {},
): Response {
  const { id, headers = {} } = options
  return Response.json(
    { jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error: { code, message } },
    { status, headers: { 'Cache-Control': 'no-store', ...headers } },
  )
}
