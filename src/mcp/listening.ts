/**
 * `subscriptions/listen` (2026-07-28) within what its caller may have: resources it may read, few streams
 * at a time, and none beyond the token it was opened with. What happens on a stream is the SDK's.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/subscriptions
 */
import type { Principal } from '../oauth/principal.ts'
import { holds, neededScopes } from './access.ts'
import type { Catalogue } from './catalogue.ts'
import type { RpcRequest } from './message.ts'
import { INVALID_PARAMS, INVALID_REQUEST, rpcError } from './rpc-error.ts'

const MAX_PER_CALLER = 5
const MAX_URIS = 64

/** Streams that are open. */
export interface Subscriptions {
  /**
   * Opens a stream.
   *
   * @param serve asks the SDK; given the request without the resources the caller may not read
   * @returns its stream; −32602 for too many resources, 429 for too many streams
   */
  open(
    request: RpcRequest,
    principal: Principal,
    serve: (request: RpcRequest) => Promise<Response>,
  ): Promise<Response>
}

/**
 * Keeps count of streams.
 *
 * @param now milliseconds since the epoch
 */
export function createSubscriptions(catalogue: Catalogue, now: () => number): Subscriptions {
  const streams = new Map<string, number>()

  return {
    async open(request, principal, serve) {
      const { id } = request
      const reply = id === undefined ? {} : { id }
      const wanted = resourcesOf(request)
      if (wanted.length > MAX_URIS) {
        return rpcError(400, INVALID_PARAMS, `A filter names at most ${MAX_URIS} resources`, reply)
      }
      const owner = JSON.stringify([
        principal.issuer,
        principal.subject,
        principal.organization?.id,
      ])
      const count = streams.get(owner) ?? 0
      if (count >= MAX_PER_CALLER) {
        const headers = { 'Retry-After': '60' }
        return rpcError(429, INVALID_REQUEST, 'Too many streams are open', { ...reply, headers })
      }
      streams.set(owner, count + 1)
      const release = once(() => {
        const left = (streams.get(owner) ?? 1) - 1
        if (left > 0) streams.set(owner, left)
        else streams.delete(owner)
      })
      try {
        const readable = (uri: unknown) => mayRead(uri, principal, catalogue)
        const response = await serve(withResources(request, wanted.filter(readable)))
        return endingAt(response, principal.expiresAt * 1000, now, ending(id), release)
      } catch (error) {
        release()
        throw error
      }
    },
  }
}

/**
 * Ends a stream in an orderly way when its token has run out: before anything more is delivered. The SDK
 * sends a comment every 15 seconds, so no clock of our own is needed.
 */
function endingAt(
  response: Response,
  end: number,
  now: () => number,
  ending: string,
  release: () => void,
): Response {
  if (response.body === null || !isStream(response)) {
    release()
    return response
  }
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await reader.read()
      if (!part.done && now() < end) return controller.enqueue(part.value)
      if (!part.done) {
        controller.enqueue(new TextEncoder().encode(ending))
        await reader.cancel()
      }
      release()
      controller.close()
    },
    cancel(reason) {
      release()
      return reader.cancel(reason)
    },
  })
  return new Response(body, response)
}

/** The result that says a subscription is over. */
function ending(id: RpcRequest['id']): string {
  const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
  const message = { jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } }
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

function filterOf({ params }: RpcRequest): { readonly resourceSubscriptions?: unknown } {
  return (params?.notifications ?? {}) as object
}

/** What is no list is the SDK's to refuse. */
function resourcesOf(request: RpcRequest): readonly unknown[] {
  const uris = filterOf(request).resourceSubscriptions
  return Array.isArray(uris) ? uris : []
}

function withResources(request: RpcRequest, resourceSubscriptions: readonly unknown[]): RpcRequest {
  const filter = filterOf(request)
  if (!Array.isArray(filter.resourceSubscriptions)) return request
  const notifications = { ...filter, resourceSubscriptions }
  return { ...request, params: { ...request.params, notifications } }
}

/** What nobody declared cannot change, so there is nothing to say about it. */
function mayRead(uri: unknown, principal: Principal, catalogue: Catalogue): boolean {
  if (typeof uri !== 'string') return true
  const read: RpcRequest = { jsonrpc: '2.0', method: 'resources/read', params: { uri } }
  const declared =
    catalogue.resources.has(uri) || catalogue.templates.some(({ matches }) => matches(uri))
  return declared && holds(principal, neededScopes(read, catalogue))
}

function once(run: () => void): () => void {
  let ran = false
  return () => {
    if (!ran) run()
    ran = true
  }
}
