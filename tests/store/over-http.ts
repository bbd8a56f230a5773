/**
 * Stores of another process, over HTTP: a test asks the process that has the engine. Nothing of this is for
 * servers; there it would be one engine more that can fail.
 */
import type { LastingStore } from '../../src/store/store.ts'

type Operation = keyof LastingStore

/** A question: which of the stores, what, of which key. */
type Asked = readonly [
  store: number,
  operation: Operation,
  key: string,
  ...rest: (string | number)[],
]

/** Answers what {@link storeAt} asks. Runs wherever Fetch does. */
export async function answerFor(
  stores: readonly LastingStore[],
  request: Request,
): Promise<Response> {
  const [which, operation, ...args] = (await request.json()) as Asked
  const store = stores[which] as unknown as Record<Operation, (...args: unknown[]) => unknown>
  try {
    return Response.json({ answer: await store[operation](...args) })
  } catch (error) {
    return Response.json({ error: `${error}` })
  }
}

/**
 * One of the stores there. It rejects with what that one rejected with, and with `Unreachable` when nobody
 * could be asked.
 */
export function storeAt(url: string, which: number): LastingStore {
  async function ask(...asked: readonly (string | number)[]): Promise<unknown> {
    const body = JSON.stringify([which, ...asked])
    const response = await fetch(url, { method: 'POST', body }).catch(() => {
      throw new Unreachable()
    })
    const { answer, error } = (await response.json()) as { answer?: unknown; error?: string }
    if (error !== undefined) throw new Error(error)
    return answer
  }
  return {
    add: (...args) => ask('add', ...args) as Promise<boolean>,
    get: (...args) => ask('get', ...args) as Promise<string | undefined>,
    take: (...args) => ask('take', ...args) as Promise<string | undefined>,
    increment: (...args) => ask('increment', ...args) as Promise<number>,
    touch: (...args) => ask('touch', ...args) as Promise<boolean>,
  }
}

/** The fault of the test, not of a store. No `Error`, so that it is not taken for one of theirs. */
export class Unreachable {
  readonly name = 'Unreachable'
}
