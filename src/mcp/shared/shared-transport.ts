/**
 * The transport of a session that several processes serve. Requests are the SDK's to answer, here; what
 * streams tell goes through the session's logs, so that any process can go on with one that broke.
 */
import type { EventStore, HandleRequestOptions, JSONRPCMessage } from '@modelcontextprotocol/server'
import { isEventStream } from '../guarded-stream.ts'
import type { RpcRequest, RpcResponse } from '../message.ts'
import { INTERNAL_ERROR } from '../rpc-error.ts'
import {
  CANCELLED,
  type Id,
  NOBODY,
  SessionTransport,
  type SessionTransportOptions,
} from '../session-transport.ts'
import { type Change, changeBy } from './changes.ts'
import { type EventLogs, type SharedEventStore, sharedEventStore } from './event-store.ts'
import { PACE, type Pace } from './followed-stream.ts'
import { createPosts, type Post } from './posts.ts'
import type { Questions } from './questions.ts'
import { createReaders, type Readers } from './readers.ts'
import type { Opening } from './record.ts'
import { asked } from './unavailable.ts'

/** What it is made with. */
export interface SharedTransportOptions extends Omit<SessionTransportOptions, 'eventStore'> {
  readonly logs: EventLogs
  /** Whether what is to be kept has room. */
  readonly spend: (size: number, lasting: boolean) => boolean
  /** Tells the other processes what changed in the session. */
  readonly tell: (change: Change) => Promise<void>
  readonly questions: (onAnswer: (answer: RpcResponse) => void) => Questions
  /** Learns what the others told, and whether the session still is. */
  readonly lives: () => Promise<boolean>
  readonly pace?: Pace
}

/** The SDK reads ids of questions as numbers, and this is none: the empty text would be its first. */
const NO_QUESTION = 'none'
/** Milliseconds between two signs of life of calls that run. */
const BEAT = 3_000

/** The transport of a session, in one of its processes. */
export class SharedTransport extends SessionTransport {
  /** What the client said when it opened the session, if it opened it here. */
  opening: Opening | undefined
  readonly #options: SharedTransportOptions
  readonly #events: SharedEventStore
  readonly #posts = createPosts()
  readonly #questions: Questions
  readonly #readers: Readers
  /** What requests in flight will have changed, by our id. */
  readonly #changes = new Map<number, Change>()
  /** The POST the SDK begins to answer. */
  #beginning: Post | undefined
  /** That of the message the SDK sends at this moment. */
  #sending: { readonly post: Post | undefined } | undefined
  /** Settles, and never fails, when the SDK has begun with all POSTs so far. */
  #turn: Promise<unknown> = Promise.resolve()
  #beating: ReturnType<typeof setInterval> | undefined
  #state: 'reviving' | 'open' | 'ended' | 'closed' = 'open'

  constructor(options: SharedTransportOptions) {
    // The SDK asks for it when there is something to keep.
    const eventStore: EventStore = {
      storeEvent: (stream, message) => this.#events.storeEvent(stream, message),
      replayEventsAfter: (id, to) => this.#events.replayEventsAfter(id, to),
    }
    super({ ...options, eventStore })
    this.#options = options
    this.#readers = createReaders({ ...options, pace: options.pace ?? PACE })
    this.#questions = options.questions((answer) => this.onmessage?.(answer as JSONRPCMessage))
    this.#events = sharedEventStore({
      ...options,
      posts: this.#posts,
      current: () => (this.#sending === undefined ? this.#beginning : this.#sending.post),
      onTaken: (post) => this.#hangUp(post),
    })
  }

  /** Whether calls run or streams are open. */
  get isBusy(): boolean {
    return this.unanswered.size + this.#readers.size > 0
  }

  /** Goes on with a session that another process opened, as if it had been opened here. */
  async revive(id: string, opening: Opening): Promise<void> {
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'Mcp-Session-Id': id,
    }
    const request = new Request('http://session.invalid/', { method: 'POST', headers })
    const parsedBody = { jsonrpc: '2.0', id: 0, method: 'initialize', params: opening }
    this.#state = 'reviving'
    await (await super.handleRequest(request, { parsedBody })).text()
    this.#state = 'open'
  }

  /** Applies what another process was told. */
  apply({ level, cancel }: Change): void {
    if (cancel !== undefined) this.cancel(cancel)
    if (level === undefined) return
    // Nobody waits for its answer.
    const message = { jsonrpc: '2.0', id: NOBODY, method: 'logging/setLevel', params: { level } }
    this.onmessage?.(message as JSONRPCMessage)
  }

  /** Ends it with all its streams, because the session has ended. */
  async end(): Promise<void> {
    await this.#shut('ended')
  }

  override async close(): Promise<void> {
    await this.#shut('closed')
  }

  override async finish(grace: number): Promise<void> {
    this.#readers.endListening()
    await super.finish(grace)
  }

  override async handleRequest(
    request: Request,
    options: HandleRequestOptions = {},
  ): Promise<Response> {
    const messages = [options.parsedBody ?? []].flat() as RpcRequest[]
    const [first] = messages
    if (first !== undefined && !('method' in first)) {
      return this.#answered(request, options, first as RpcResponse)
    }
    const theirs = [...this.unanswered.values()]
    const elsewhere = messages
      .filter(({ method }) => method === CANCELLED)
      .map(({ params }) => params?.requestId as Id)
      .filter((id) => id !== undefined && !theirs.includes(id))
    const response = await super.handleRequest(request, options)
    // Whoever cancels is not told whether it was in time.
    if (response.ok) for (const cancel of elsewhere) this.#options.tell({ cancel }).catch(() => {})
    return response
  }

  override async send(message: JSONRPCMessage, options?: { relatedRequestId?: Id }): Promise<void> {
    const isAnswer = !('method' in message)
    const sent = isAnswer ? await this.#changed(message) : await this.#questions.named(message)
    const own = isAnswer ? message.id : options?.relatedRequestId
    this.#sending = { post: this.#posts.of(own) }
    // What is to be kept is handed over before anything is waited for.
    const sending = super.send(sent, options)
    this.#sending = undefined
    await sending
  }

  protected override pass(request: Request, options: HandleRequestOptions): Promise<Response> {
    const messages = [options.parsedBody ?? []].flat() as RpcRequest[]
    const requests = messages.filter(({ id, method }) => id !== undefined && method !== undefined)
    if (requests.length === 0 || this.#state === 'reviving') return super.pass(request, options)
    const post = this.#admit(requests)
    // The first event of a stream does not say whose it is, so one begins after the other.
    const begun = this.#turn.then(async () => {
      this.#beginning = post
      try {
        return await super.pass(request, options)
      } finally {
        this.#beginning = undefined
      }
    })
    this.#turn = begun.catch(() => {})
    return begun
  }

  protected override settle(own: number): void {
    super.settle(own)
    this.#changes.delete(own)
    const post = this.#posts.settle(own)
    if (post !== undefined && post.open.size === 0 && !post.over) {
      post.over = true
      void this.#events.finished(post)
    }
    if (this.unanswered.size === 0) this.#rest()
  }

  protected override async listen(
    request: Request,
    options: HandleRequestOptions,
  ): Promise<Response> {
    const checked = await this.#checked(request, options)
    if (!isEventStream(checked)) return checked
    return this.#readers.open(request, checked.headers, (stream) => {
      const post = this.#posts.by(stream)
      if (post !== undefined) this.#hangUp(post)
      return post !== undefined
    })
  }

  get #isShut(): boolean {
    return this.#state === 'ended' || this.#state === 'closed'
  }

  async #shut(state: 'ended' | 'closed'): Promise<void> {
    if (this.#isShut) return
    this.#state = state
    this.#rest()
    this.#questions.close()
    this.#readers.end(state === 'ended' ? 'all' : 'foreign')
    const cutOff = this.#posts.resumable()
    await super.close()
    await Promise.all(cutOff.map((post) => this.#events.lost(post)))
  }

  /** Takes an answer to what was asked, here or by another process. */
  async #answered(
    request: Request,
    options: HandleRequestOptions,
    answer: RpcResponse,
  ): Promise<Response> {
    // The SDK checks it, as the answer to nothing.
    const parsedBody = { ...answer, id: NO_QUESTION }
    const response = await super.handleRequest(request, { ...options, parsedBody })
    if (!response.ok) return response
    const here = await asked(this.#questions.answered(answer))
    if (here !== undefined) this.onmessage?.(here as JSONRPCMessage)
    return response
  }

  /** An answer, once the other processes can know what it says. */
  async #changed(answer: JSONRPCMessage): Promise<JSONRPCMessage> {
    const { id } = answer as RpcResponse
    const change = this.#changes.get(id as number)
    if (change === undefined || !('result' in answer)) return answer
    try {
      await this.#options.tell(change)
      return answer
    } catch {
      const message = 'The session cannot be changed at the moment'
      return { jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message } }
    }
  }

  #admit(requests: readonly RpcRequest[]): Post {
    const ids = new Map<number, Id>()
    for (const request of requests) {
      const own = request.id as number
      ids.set(own, this.unanswered.get(own) as Id)
      const change = changeBy(request)
      if (change !== undefined) this.#changes.set(own, change)
      if (request.method === 'initialize') this.opening = request.params
    }
    this.#beating ??= setInterval(() => void this.#beat(), BEAT)
    return this.#posts.add(ids)
  }

  async #beat(): Promise<void> {
    // Without the store nobody can be told anything.
    await this.#events.beat().catch(() => {})
    if (!(await this.#options.lives())) await this.end()
  }

  #rest(): void {
    clearInterval(this.#beating)
    this.#beating = undefined
  }

  /** Ends the connection a POST came with: there is a newer one. */
  #hangUp(post: Post): void {
    for (const own of post.open.keys()) this.closeSSEStream(own)
  }

  /** Has the SDK check a GET. The stream it opens is not used. */
  #checked(request: Request, options: HandleRequestOptions): Promise<Response> {
    const headers = new Headers(request.headers)
    headers.delete('last-event-id')
    const checking = this.pass(new Request(request.url, { headers }), options)
    this.closeStandaloneSSEStream()
    return checking
  }
}
