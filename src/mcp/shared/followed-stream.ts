/**
 * A stream that reads the log of its session: what was told since the last event its client saw, then what
 * is told while it is open, by whichever process. It ends when all its requests are answered, when a newer
 * connection has the stream, or with the session.
 *
 * Nobody says when another process has written, so it looks, a few times a second. Calls that run give a
 * sign of life; when there is none for a while their process is gone, and their answers with it.
 */
import { INTERNAL_ERROR } from '../rpc-error.ts'
import { type Id, LISTENING } from '../session-transport.ts'
import { type Entry, entryOf, eventId } from './event.ts'
import type { SharedLog } from './log.ts'

/** How often and how long, in milliseconds. */
export interface Pace {
  /** Between two looks. */
  readonly look: number
  /** Until a number without an entry is taken for one that will have none. */
  readonly closing: number
  /** Without a sign of life, until calls are taken for lost. */
  readonly lost: number
  /** Between comments that keep a quiet connection open; the session is looked after as often. */
  readonly comment: number
}

export const PACE: Pace = { look: 500, closing: 1_000, lost: 10_000, comment: 15_000 }

/** What a stream is opened with. */
export interface FollowedOptions {
  readonly log: SharedLog
  readonly stream: string
  /** Number of the last entry the client saw, which is there. */
  readonly after: number
  /** Requests without an answer by then. */
  readonly open: readonly Id[]
  /** Number of the entry that says that this connection has the stream. */
  readonly attached: number
  /** What it says first. */
  readonly beginning: string
  /** Whether the session is. */
  readonly lives: () => Promise<boolean>
  /** Called once, however it ends. */
  readonly onEnd: () => void
  readonly pace?: Pace
}

/** A stream that is open. */
export interface Followed {
  readonly body: ReadableStream<Uint8Array>
  /** Ends it at once. */
  end(): void
}

/** Opens a stream. Its chunks are whole events and comments. */
export function followed(options: FollowedOptions): Followed {
  const { log, stream, attached, lives, pace = PACE } = options
  const encoder = new TextEncoder()
  const listening = stream === LISTENING
  let open = options.open
  let at = options.after
  /** The last entry that was one: as long as it is there, nothing after it has expired. */
  let anchor = at
  let known = 0
  let over = false
  let wake = () => {}
  let first = true
  let sign = Date.now()
  let said = sign
  let missing: number | undefined
  let stirred = false
  const forget = log.onAppend(() => {
    stirred = true
    wake()
  })

  function finish(): void {
    if (over) return
    over = true
    forget()
    wake()
    options.onEnd()
  }

  async function pause(): Promise<void> {
    if (stirred) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pace.look)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** What an entry has its client told: a text, nothing, or that this is the end. */
  function told(entry: Entry, number: number): string | undefined | false {
    if (entry.ended) return false
    if (entry.alive?.includes(stream)) sign = Date.now()
    if (entry.stream !== stream) return undefined
    sign = Date.now()
    if (entry.reader !== undefined) return number > attached ? false : undefined
    if (entry.lost) {
      const answers = open.map(lostAnswer).join('')
      open = []
      return answers
    }
    open = entry.open ?? open
    const { event, message } = entry
    if (event === undefined || message === undefined) return undefined
    const id = eventId({ listening, number }, event)
    return `event: message\nid: ${id}\ndata: ${JSON.stringify(message)}\n\n`
  }

  /** Whether what comes next was never written, and could be passed over. */
  async function passesOver(): Promise<boolean> {
    const now = Date.now()
    missing ??= now
    if (now - missing < pace.closing) return true
    missing = undefined
    // What is missing because it was there too long ago is not passed over as if nothing were missing.
    if (log.isDropped(at + 1, known) || (await log.at(anchor)) === undefined) return false
    await log.close(at + 1)
    return true
  }

  /** The next text; `undefined` at the end. */
  async function next(): Promise<string | undefined> {
    while (!over) {
      if (!listening && open.length === 0) return undefined
      if (at >= known) {
        stirred = false
        known = await log.last()
      }
      if (at < known) {
        const text = await log.at(at + 1)
        if (text !== undefined) {
          const entry = entryOf(text)
          at++
          missing = undefined
          if (Object.keys(entry).length > 0) anchor = at
          const says = told(entry, at)
          if (says === false) return undefined
          if (says) return says
          continue
        }
        if (!(await passesOver())) return undefined
      }
      const now = Date.now()
      if (open.length > 0 && now - sign > pace.lost) {
        sign = now
        // Whichever is first in the log holds: should the answer come after all, it came too late.
        await log.append({ stream, lost: true } satisfies Entry)
        continue
      }
      if (now - said > pace.comment) {
        if (!(await lives())) return undefined
        return ': keepalive\n\n'
      }
      if (!over) await pause()
    }
    return undefined
  }

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    // Without the store there is nothing to read: its client comes back.
    const text = first ? options.beginning : await next().catch(() => undefined)
    first = false
    said = Date.now()
    if (text !== undefined && !over) return controller.enqueue(encoder.encode(text))
    finish()
    controller.close()
  }

  const body = new ReadableStream<Uint8Array>({ pull, cancel: finish }, { highWaterMark: 0 })
  return { body, end: finish }
}

/** Says so, where silence would have its client wait. */
function lostAnswer(id: Id): string {
  const message = 'The answer to this request is lost; it may have taken effect'
  const answer = { jsonrpc: '2.0', id, error: { code: INTERNAL_ERROR, message } }
  return `event: message\ndata: ${JSON.stringify(answer)}\n\n`
}
