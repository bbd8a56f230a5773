/** What a process prints. */
import type { Subprocess } from 'bun'

/** Everything so far, and when there is no more. */
export interface Printed {
  text(): string
  /** Resolves with all of it. */
  readonly ended: Promise<string>
}

/** Reads both outputs of a process, as they come. */
export function printedBy({ stdout, stderr }: Subprocess<'ignore', 'pipe', 'pipe'>): Printed {
  let text = ''
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true })
  }
  return {
    text: () => text,
    ended: Promise.all([collect(stdout), collect(stderr)]).then(() => text),
  }
}
