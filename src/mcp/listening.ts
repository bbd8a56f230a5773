/**
 * `subscriptions/listen` (2026-07-28) within what its caller may have: resources it may read, few streams
 * at a time, and none beyond the token it was opened with, or its revocation. What happens on a stream is
 * the SDK's.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/subscriptions
 */
import type { Principal } from '../oauth/principal.ts'
import { declaredScopesOf, holds } from './access.ts'
import type { Catalogue } from './catalogue.ts'
import { guarded, isEventStream } from './guarded-stream.ts'
import type { RpcRequest } from './message.ts'
import { INVALID_PARAMS, INVALID_REQUEST, rpcError } from './rpc-error.ts'
import type { Standing } from './standing.ts'

const MAX_URIS = 64
/** Streams that may be open at once. The SDK has a limit of 1,024 too, and answers it with status 200. */
const LIMITS = { perCaller: 5, all: 1_024 }

/** Streams that are open. */
export interface Subscriptions {
  /**
   * Opens a stream.
   *
   * @param standing of the caller's token: with it the stream ends
   * @param serve asks the SDK; given the request without the resources the caller may not read
   * @returns its stream; −32602 for too many resources, 429 for too many streams
   */
  open(
    request: RpcRequest,
    principal: Principal,
    standing: Standing,
    serve: (request: RpcRequest) => Promise<Response>,
  ): Promise<Response>
  /** Ends all streams in an orderly way. */
  close(): void
}

/** Keeps count of streams. */
export function createSubscriptions(catalogue: Catalogue, limits = LIMITS): Subscriptions {
  const streams = new Map<string, number>()
  const ends = new Set<() => void>()
  let all = 0

  /** Takes a place; returns how to give it back, or nothing when there is none. */
  function place(owner: string): (() => void) | undefined {
    const own = streams.get(owner) ?? 0
    if (own >= limits.perCaller || all >= limits.all) return undefined
    streams.set(owner, own + 1)
    all++
    return () => {
      all--
      const left = (streams.get(owner) ?? 1) - 1
      if (left > 0) streams.set(owner, left)
      else streams.delete(owner)
    }
  }

  return {
    async open(request, principal, standing, serve) {
      const { id } = request
      const reply = id === undefined ? {} : { id }
      const wanted = resourcesOf(request)
      if (wanted.length > MAX_URIS) {
        return rpcError(400, INVALID_PARAMS, `A filter names at most ${MAX_URIS} resources`, reply)
      }
      const leave = place(ownerKey(principal))
      if (leave === undefined) {
        const headers = { 'Retry-After': '60' }
        return rpcError(429, INVALID_REQUEST, 'Too many streams are open', { ...reply, headers })
      }
      try {
        const readable = (uri: unknown) => mayRead(uri, principal, catalogue)
        const response = await serve(withResources(request, wanted.filter(readable)))
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

/** Whichever client they use, a person is one caller. */
function ownerKey({ issuer, subject, organization }: Principal): string {
  return JSON.stringify([issuer, subject, organization?.id])
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

/** What nobody declared cannot change, so there is nothing to say about it. */
function mayRead(uri: unknown, principal: Principal, catalogue: Catalogue): boolean {
  if (typeof uri !== 'string') return true
  const read: RpcRequest = { jsonrpc: '2.0', method: 'resources/read', params: { uri } }
  const declared =
    catalogue.resources.has(uri) || catalogue.templates.some(({ matches }) => matches(uri))
  return declared && holds(principal, declaredScopesOf(read, catalogue), catalogue)
}
