/** A client of 2025-era sessions as it stands on the wire, and a reader of streams that are still open. */
import type { Fixture } from './fixture.ts'
import { rpc } from './mcp.ts'

/** One JSON-RPC message from the server. */
export interface Message {
  readonly id?: string | number
  readonly method?: string
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { readonly code: number; readonly message: string }
}

/** A stream of events while it is open. */
export interface EventStream {
  /** Id of the last event that was read. */
  readonly lastEventId: string | undefined
  /** Reads the event a stream begins with that can be resumed: it has an id, and no message. */
  begin(): Promise<void>
  /** The next message; `undefined` at the end. */
  next(): Promise<Message | undefined>
  /** All messages up to the end. */
  rest(): Promise<Message[]>
  /** Hangs up, as a client does whose network went away. */
  drop(): Promise<void>
}

/** Reads `text/event-stream` event by event. */
export function readEvents(response: Response): EventStream {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new Error(`No stream: ${response.status} ${response.headers.get('content-type')}`)
  }
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let buffered = ''
  let lastEventId: string | undefined

  /** The fields of the next event or comment; `undefined` at the end. */
  async function block(): Promise<((name: string) => string | undefined) | undefined> {
    for (;;) {
      const end = buffered.indexOf('\n\n')
      if (end < 0) {
        const part = await reader.read()
        if (part.done) return undefined
        buffered += decoder.decode(part.value, { stream: true })
        continue
      }
      const lines = buffered.slice(0, end).split('\n')
      buffered = buffered.slice(end + 2)
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      lastEventId = field('id') ?? lastEventId
      return field
    }
  }

  async function next(): Promise<Message | undefined> {
    for (;;) {
      const field = await block()
      if (field === undefined) return undefined
      // Comments keep a stream alive, and an event without data only says where it begins.
      const data = field('data')
      if (data) return JSON.parse(data)
    }
  }
  return {
    get lastEventId() {
      return lastEventId
    },
    async begin() {
      while (lastEventId === undefined) {
        const field = await block()
        if (field === undefined || field('data')) throw new Error('It begins without an id')
      }
    },
    next,
    async rest() {
      const all: Message[] = []
      for (let one = await next(); one !== undefined; one = await next()) all.push(one)
      return all
    },
    drop: () => reader.cancel(),
  }
}

/** Adds members to the `_meta` of a request, in either era. */
export function withMeta(init: RequestInit, meta: Record<string, unknown>): RequestInit {
  const body = JSON.parse(init.body as string)
  body.params = { ...body.params, _meta: { ...body.params?._meta, ...meta } }
  return { ...init, body: JSON.stringify(body) }
}

/** A session that is open. */
export interface Session {
  readonly id: string
  /** Posts a request, the first with id 1; headers and the token can be another's. */
  post(method: string, params?: Record<string, unknown>, as?: As): Promise<Response>
  /** Posts any message: a notification, a response. */
  postRaw(message: unknown, as?: As): Promise<Response>
  /** Opens the stream from the server, or resumes one. */
  get(as?: As): Promise<Response>
  end(as?: As): Promise<Response>
}

/** What is different about one request. */
export interface As {
  readonly token?: string
  readonly headers?: Record<string, string>
}

/** What every client says first. */
export function initialize(capabilities: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    protocolVersion: '2025-11-25',
    capabilities,
    clientInfo: { name: 'test', version: '1.0.0' },
  }
}

/**
 * Opens a session and says it is ready.
 *
 * @param fixture with `MCP_SESSIONS=memory`
 */
export async function openSession(
  fixture: Fixture,
  token: string,
  capabilities: Record<string, unknown> = {},
): Promise<Session> {
  const opened = await fixture.send(
    '/mcp',
    rpc('legacy', 'initialize', initialize(capabilities), token),
  )
  await opened.text()
  const id = opened.headers.get('mcp-session-id')
  if (id === null) throw new Error(`No session: ${opened.status}`)
  const session = sessionOf(fixture, token, id)
  await session.postRaw({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return session
}

/** A session as its holder, or somebody who claims to be, speaks to it. */
export function sessionOf(fixture: Fixture, token: string, id: string): Session {
  let last = 0
  const init = (as: As = {}, method = 'ping', params = {}) =>
    rpc('legacy', method, params, as.token ?? token, { 'Mcp-Session-Id': id, ...as.headers })
  const bare = (method: string, as: As = {}) => {
    const { body: _, headers, ...rest } = init(as)
    return { ...rest, method, headers: { ...(headers as object), Accept: 'text/event-stream' } }
  }
  return {
    id,
    async post(method, params = {}, as = {}) {
      const request = init(as, method, params)
      const body = { ...JSON.parse(request.body as string), id: ++last }
      return fixture.send('/mcp', { ...request, body: JSON.stringify(body) })
    },
    postRaw: (message, as = {}) =>
      fixture.send('/mcp', { ...init(as), body: JSON.stringify(message) }),
    get: (as = {}) => fixture.send('/mcp', bare('GET', as)),
    end: (as = {}) => fixture.send('/mcp', bare('DELETE', as)),
  }
}
