/**
 * `subscriptions/listen` (2026-07-28) within what its caller may have: resources it may read, few streams
 * at a time, and none beyond the token it was opened with, or its revocation. What happens on a stream is
 * the SDK's.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/subscriptions
 */
import { personOf } from '../oauth/principal.ts'
import { holds } from './access.ts'
import type { Catalogue } from './catalogue.ts'
import { guarded, isEventStream } from './guarded-stream.ts'
import type { RpcRequest } from './message.ts'
import { createPlaces } from './places.ts'
import { normalForm, resourceAt } from './resource-at.ts'
import { INVALID_PARAMS, INVALID_REQUEST, rpcError } from './rpc-error.ts'
import type { Standing } from './standing.ts'
import type { Viewer } from './visible.ts'

const MAX_URIS = 64
/** Streams that may be open at once. The SDK has a limit of 1,024 too, and answers it with status 200. */
const LIMITS = { perOwner: 5, all: 1_024 }

/** Streams that are open. */
export interface Subscriptions {
  /**
   * Opens a stream. Whichever client they use, a person is one caller.
   *
   * @param viewer who asks, and what of the resources the request may see
   * @param standing of the caller's token: with it the stream ends
   * @param serve asks the SDK; given the request without the resources the caller may not read
   * @returns its stream; −32602 for too many resources, 429 for too many streams
   */
  open(
    request: RpcRequest,
    viewer: Viewer,
    standing: Standing,
    serve: (request: RpcRequest) => Promise<Response>,
  ): Promise<Response>
  /** Ends all streams in an orderly way. */
  close(): void
}

/**
 * Keeps count of streams.
 *
 * @param catalogue everything that is declared
 */
export function createSubscriptions(catalogue: Catalogue, limits = LIMITS): Subscriptions {
  const places = createPlaces(limits)
  const ends = new Set<() => void>()

  return {
    async open(request, viewer, standing, serve) {
      const { id } = request
      const reply = id === undefined ? {} : { id }
      const wanted = resourcesOf(request)
      if (wanted.length > MAX_URIS) {
        return rpcError(400, INVALID_PARAMS, `A filter names at most ${MAX_URIS} resources`, reply)
      }
      const leave = places.enter(personOf(viewer.principal))
      if (leave === undefined) {
        const headers = { 'Retry-After': '60' }
        return rpcError(429, INVALID_REQUEST, 'Too many streams are open', { ...reply, headers })
      }
      try {
        const readable = (uri: unknown) => mayRead(uri, viewer, catalogue)
        const watched = wanted.filter(readable).map(asTold)
        const response = await serve(withResources(request, watched))
        if (!isEventStream(response)) {
          leave()
          return response
        }
        const onEnd = () => {
          leave()
          ends.delete(stream.end)
        }
        const stream = guarded(response, standing, { farewell: ending(id), onEnd })
        ends.add(stream.end)
        return stream.response
      } catch (error) {
        leave()
        throw error
      }
    },

    close() {
      for (const end of ends) end()
    },
  }
}

/** The result that says a subscription is over. */
function ending(id: RpcRequest['id']): string {
  const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
  const message = { jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } }
  return `event: message\ndata: ${JSON.stringify(message)}\n\n`
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

/** What is not there for the caller cannot change, so there is nothing to say about it. */
function mayRead(uri: unknown, { principal, visible }: Viewer, catalogue: Catalogue): boolean {
  if (typeof uri !== 'string') return true
  const declared = resourceAt(uri, visible.catalogue)
  return declared !== undefined && holds(principal, declared.scopes, catalogue)
}

/** The SDK compares addresses letter by letter. */
function asTold(uri: unknown): unknown {
  return typeof uri === 'string' ? normalForm(uri) : uri
}
