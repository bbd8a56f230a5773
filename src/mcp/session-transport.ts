/**
 * The transport of one session: the SDK's, and three things it lacks. Requests that carry the same id are
 * kept apart, where the SDK would hand the stream of the first to the second. A stream that only listens
 * can be resumed from its very beginning, and gives way to a newer one, which a client opens that knows
 * the older to be dead. And what runs can finish before the session ends.
 */
import {
  type EventStore,
  type HandleRequestOptions,
  type JSONRPCMessage,
  WebStandardStreamableHTTPServerTransport,
  type WebStandardStreamableHTTPServerTransportOptions,
} from '@modelcontextprotocol/server'
import { isEventStream } from './guarded-stream.ts'
import type { RpcRequest } from './message.ts'

/** As the SDK names the one stream of a session that answers no request. */
export const LISTENING = '_GET_stream'
export const CANCELLED = 'notifications/cancelled'
/** Clients of older revisions take an event without data for broken JSON. */
const READS_EMPTY_EVENTS = '2025-11-25'
/** An id no request has: ours are numbers. */
export const NOBODY = ''

/** The id of a request. */
export type Id = string | number

/** What a session's transport is made with. */
export interface SessionTransportOptions extends WebStandardStreamableHTTPServerTransportOptions {
  readonly eventStore: EventStore
  /** Milliseconds clients wait before they come back for a stream that ended. */
  readonly retryInterval: number
}

/** A transport whose requests are known to the server by ids of our own. */
export class SessionTransport extends WebStandardStreamableHTTPServerTransport {
  /** Of each request without an answer, by our id, the client's. */
  protected readonly unanswered = new Map<number, Id>()
  readonly #options: SessionTransportOptions
  #lastId = 0
  #answered = () => {}

  constructor(options: SessionTransportOptions) {
    super(options)
    this.#options = options
  }

  /** Answers a request of the session; the body of a POST comes parsed. */
  override async handleRequest(
    request: Request,
    options: HandleRequestOptions = {},
  ): Promise<Response> {
    if (request.method === 'GET') return this.listen(request, options)
    const { parsedBody } = options
    if (parsedBody === undefined) return this.pass(request, options)

    const received = [parsedBody].flat() as RpcRequest[]
    const cancelled: { id: unknown; reason: unknown }[] = []
    const admitted: number[] = []
    const messages = received.map((message) => {
      const { id, method, params } = message
      // A response, to what the server asked.
      if (method === undefined) return message
      if (id === undefined) {
        if (method !== CANCELLED) return message
        const { requestId, reason } = params ?? {}
        cancelled.push(...this.#called(requestId).map((own) => ({ id: own, reason })))
        return { ...message, params: { ...params, requestId: NOBODY } }
      }
      const own = ++this.#lastId
      this.unanswered.set(own, id)
      admitted.push(own)
      return { ...message, id: own }
    })
    const response = await this.pass(request, {
      ...options,
      parsedBody: Array.isArray(parsedBody) ? messages : messages[0],
    })
    // Refused as a whole: none of it runs.
    if (!isEventStream(response)) for (const own of admitted) this.settle(own)
    for (const { id, reason } of cancelled) this.#cancel(id as number, reason)
    return response
  }

  override async send(message: JSONRPCMessage, options?: { relatedRequestId?: Id }): Promise<void> {
    if ('method' in message) return super.send(message, options)
    const own = message.id as number
    const id = this.unanswered.get(own)
    // Cancelled in the meantime, or ended with the session.
    if (id === undefined) return
    await super.send(addressed(message, id), options)
    this.settle(own)
  }

  /**
   * Ends the session in an orderly way: streams that only listen at once, everything else when the calls
   * in flight have answered. Those that take longer are aborted.
   *
   * @param grace milliseconds
   */
  async finish(grace: number): Promise<void> {
    this.closeStandaloneSSEStream()
    if (this.unanswered.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, grace)
        this.#answered = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    await this.close()
  }

  override async close(): Promise<void> {
    await super.close()
    this.unanswered.clear()
    this.#answered()
  }

  /** Cancels all calls in flight that bear a name: whoever cancels it means all of them. */
  protected cancel(id: Id): void {
    for (const own of this.#called(id)) this.#cancel(own, undefined)
  }

  /** Hands a request, whose own ids are ours, over to the SDK. */
  protected pass(request: Request, options: HandleRequestOptions): Promise<Response> {
    return super.handleRequest(request, options)
  }

  /** Called when a request has been answered, or will not be. */
  protected settle(own: number): void {
    this.unanswered.delete(own)
    if (this.unanswered.size === 0) this.#answered()
  }

  /** Answers GET: opens the stream that only listens, or resumes one. */
  protected async listen(request: Request, options: HandleRequestOptions): Promise<Response> {
    const { eventStore, retryInterval } = this.#options
    // Some runtimes hold headers back until a body begins.
    let beginning = OPEN
    if (!request.headers.has('last-event-id')) {
      if (readsEmptyEvents(request)) {
        const id = await eventStore.storeEvent(LISTENING, {} as JSONRPCMessage)
        beginning = priming(id, retryInterval)
      }
      this.closeStandaloneSSEStream()
    }
    const response = await this.pass(request, options)
    if (response.body === null || !isEventStream(response)) return response
    const first = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(beginning)),
    })
    return new Response(response.body.pipeThrough(first), response)
  }

  /** Our ids of the requests in flight the client calls so. */
  #called(id: unknown): number[] {
    return [...this.unanswered].filter(([, theirs]) => theirs === id).map(([own]) => own)
  }

  #cancel(own: number, reason: unknown): void {
    const params = { requestId: own, reason }
    this.onmessage?.({ jsonrpc: '2.0', method: CANCELLED, params } as JSONRPCMessage)
    // What is cancelled gets no answer.
    this.settle(own)
  }
}

/** What a stream says first that has nothing to say yet. */
export const OPEN = ': open\n\n'

/** What a stream says first that can be resumed from its very beginning. */
export function priming(id: string, retryInterval: number): string {
  return `id: ${id}\nretry: ${retryInterval}\ndata: \n\n`
}

/** Whether a client can be sent an event that says no more than where it is. */
export function readsEmptyEvents({ headers }: Request): boolean {
  return (headers.get('mcp-protocol-version') ?? '') >= READS_EMPTY_EVENTS
}

/** The SDK finds the stream of an answer by the id in it, and writes what the answer says of itself. */
function addressed(answer: JSONRPCMessage, id: Id): JSONRPCMessage {
  const written = { ...answer, id }
  return Object.defineProperty({ ...answer }, 'toJSON', { value: () => written })
}
