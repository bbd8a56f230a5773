/**
 * A stream that outlives its request outlives what was checked then. Before each event its token is looked
 * at again; it ends when the token does, at that moment, and when Stytch no longer stands by the token.
 * While Stytch cannot be asked, events wait: nothing is delivered on old knowledge, and nothing is lost.
 */
import type { Standing } from './standing.ts'

/** A stream under guard. */
export interface Guarded {
  readonly response: Response
  /** Ends it in an orderly way. */
  end(): void
}

/** What differs from stream to stream. */
export interface GuardOptions {
  /** What the stream says last when it is ended; nothing when it ends by itself. */
  readonly farewell?: string
  /** Called once, however the stream ends. */
  readonly onEnd?: () => void
  /** Milliseconds, more or less, until a Stytch that could not be asked is asked again. */
  readonly patience?: number
}

const PATIENCE = 3_000
/** Longest delay timers can have, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1
const COLON = 0x3a

/** Whether a response is a stream of events. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

/**
 * Puts a stream under guard. Its first part passes in any case: it only says that the stream is open.
 *
 * @param response a stream that comes in whole events or comments, one a chunk
 * @param standing of the token it was opened with
 */
export function guarded(
  response: Response,
  standing: Standing,
  { farewell = '', onEnd = () => {}, patience = PATIENCE }: GuardOptions = {},
): Guarded {
  const encoder = new TextEncoder()
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let controller: ReadableStreamDefaultController<Uint8Array>
  let begun = false
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let wake = () => {}

  function finish(): void {
    if (over) return
    over = true
    clearTimeout(timer)
    wake()
    onEnd()
  }

  function end(): void {
    if (over) return
    finish()
    if (farewell !== '') controller.enqueue(encoder.encode(farewell))
    controller.close()
    void reader.cancel()
  }

  function endWithToken(): void {
    const left = standing.remaining()
    if (left <= 0) end()
    else timer = setTimeout(endWithToken, Math.min(left, MAX_DELAY))
  }

  /** Waits for a Stytch that can be asked, and lets the client see that the stream lives. */
  async function allowed(): Promise<boolean> {
    for (;;) {
      const answer = await standing.ask()
      if (over || standing.remaining() <= 0) return false
      if (answer.state !== 'unknown') return answer.state === 'stands'
      controller.enqueue(encoder.encode(': waiting\n\n'))
      await new Promise<void>((resolve) => {
        // Streams that hear of one change would otherwise all ask at once, again and again.
        const again = setTimeout(resolve, patience * (0.5 + Math.random()))
        wake = () => {
          clearTimeout(again)
          resolve()
        }
      })
      if (over) return false
    }
  }

  async function pull(): Promise<void> {
    const part = await reader.read()
    if (over) return
    if (part.done) {
      finish()
      return controller.close()
    }
    if (begun && standing.remaining() <= 0) return end()
    if (begun && part.value[0] !== COLON && !(await allowed())) return end()
    if (over) return
    controller.enqueue(part.value)
    if (!begun) endWithToken()
    begun = true
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(own) {
        controller = own
      },
      pull: () =>
        pull().catch((error) => {
          finish()
          throw error
        }),
      cancel(reason) {
        finish()
        return reader.cancel(reason)
      },
    },
    // What waits in a queue was checked before it waited.
    { highWaterMark: 0 },
  )
  return { response: new Response(body, response), end }
}
