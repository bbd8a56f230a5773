/** HTTP as bytes on a socket: for requests that no client library would send. */
import { connect } from 'node:net'

/** One response, as it stood on the wire. */
export interface RawResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** What came back on one connection. */
export interface Conversation {
  /** Interim responses (1xx) included, in order. */
  readonly responses: readonly RawResponse[]
  /** Whether the server ended the connection. */
  readonly closed: boolean
}

/** When a conversation is over. */
export interface Listening {
  /** How many final responses (not 1xx) to wait for; the connection's end ends it in any case. */
  readonly responses?: number
  /** Milliseconds after which a silent server is taken at its silence. */
  readonly patience?: number
}

/**
 * Opens a connection, sends bytes, and listens.
 *
 * @param url of the server
 * @param sent what the client says, each character one byte; of several, each waits for a response
 * @returns what the server said until it had said enough, hung up, or kept silent too long
 */
export function speak(
  url: string,
  sent: string | readonly string[],
  listening: Listening = {},
): Promise<Conversation> {
  const { responses: enough = 1, patience = 5_000 } = listening
  const { hostname, port } = new URL(url)
  const [first = '', ...later] = typeof sent === 'string' ? [sent] : sent
  const bodiless = first.startsWith('HEAD ')
  return new Promise((resolve, reject) => {
    let received = ''
    let heard = 0
    let settled = false
    const socket = connect({ host: hostname, port: Number(port) })
    const finish = (closed: boolean) => {
      if (settled) return
      settled = true
      clearTimeout(silence)
      socket.destroy()
      resolve({ responses: parse(received, bodiless), closed })
    }
    const silence = setTimeout(() => finish(false), patience)
    socket.setEncoding('latin1')
    socket.on('connect', () => socket.write(first, 'latin1'))
    socket.on('data', (text) => {
      received += text
      const responses = parse(received, bodiless)
      if (responses.filter(({ status }) => status >= 200).length >= enough) finish(false)
      else if (responses.length > heard && later.length > 0)
        socket.write(later.shift() as string, 'latin1')
      heard = responses.length
    })
    socket.on('close', () => finish(true))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that hangs up while we still talk resets the connection.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish(true)
      else reject(error)
    })
  })
}

/** Complete responses only; what has not fully arrived is not counted. */
function parse(received: string, bodiless: boolean): RawResponse[] {
  const found: RawResponse[] = []
  let rest = received
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return found
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n')
    const headers = new Headers(lines.map((line) => line.split(/:\s*(.*)/, 2) as [string, string]))
    const status = Number(statusLine.split(' ')[1])
    const empty = bodiless || status < 200 || status === 204 || status === 304
    const body = empty ? { text: '', length: 0 } : bodyOf(rest.slice(end + 4), headers)
    if (body === undefined) return found
    found.push({ status, headers, body: body.text })
    rest = rest.slice(end + 4 + body.length)
  }
}

function bodyOf(rest: string, headers: Headers): { text: string; length: number } | undefined {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const length = Number(headers.get('content-length') ?? 0)
    return rest.length < length ? undefined : { text: rest.slice(0, length), length }
  }
  let text = ''
  let at = 0
  for (;;) {
    const line = rest.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(rest.slice(at, line), 16)
    const next = line + 2 + size + 2
    if (rest.length < next) return undefined
    if (size === 0) return { text, length: next }
    text += rest.slice(line + 2, line + 2 + size)
    at = next
  }
}
