/**
 * A request on the direct path, as whatever handles it sees it. It has no stream and no rounds; what it
 * logs in the 2025 era needs a stream, and goes over to the SDK.
 */
import type { LoggingLevel } from '@modelcontextprotocol/server'
import type { Exchange } from '../exchange.ts'
import type { Viewer } from '../visible.ts'
import type { GoOver } from './attempt.ts'
import type { Recognised } from './recognise.ts'

/** Made for every request, so that what few ask for is made when it is asked for. */
export class DirectExchange implements Exchange {
  readonly requestState = undefined
  readonly inputResponses = undefined
  private watched: AbortSignal | undefined

  constructor(
    private readonly taken: Recognised,
    private readonly request: Request,
    readonly viewer: Viewer,
    private readonly goOver?: GoOver,
  ) {}

  get method() {
    return this.taken.message.method
  }
  get modern() {
    return this.taken.modern
  }
  get capabilities() {
    return this.taken.capabilities
  }
  get client() {
    return this.taken.client
  }

  /** On some runtimes a request makes it only now, which takes longer than everything else here. */
  get signal(): AbortSignal {
    // In the 2025 era a client that hangs up cancels nothing.
    this.watched ??= this.modern ? this.request.signal : new AbortController().signal
    return this.watched
  }

  get progress() {
    return nothing
  }

  get log() {
    const { goOver } = this
    // Since 2026-07-28 a request says whether it wants to hear any, and this one did not.
    if (goOver === undefined) return nothing
    return async (level: LoggingLevel, data: unknown) => (await goOver())?.log(level, data)
  }

  get disconnect() {
    return () => {}
  }
}

async function nothing(): Promise<void> {}
