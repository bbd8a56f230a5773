/**
 * Lets a client repeat a call that makes something without making it twice: by a key of its own choice,
 * remembered for ten minutes for this person, client and tool.
 *
 * That a call began and what it answered are two entries, each written once: between them a repetition is
 * told to wait, and there is no moment at which it finds neither.
 */
import { sha256 } from '../../digest.ts'
import { canonicalJson, type Json } from '../../mcp/canonical-json.ts'
import { ToolError } from '../../mcp/tool.ts'
import { ownerOf, type Principal } from '../../oauth/principal.ts'
import type { Store } from '../../store/store.ts'
import { StytchError } from '../../stytch/failure.ts'

/** What a call answered. */
export interface Answer {
  readonly summary: string
  readonly data: Record<string, unknown>
}

/** The use of a key. */
export interface KeyedCall {
  readonly principal: Principal
  readonly tool: string
  readonly key: string
  readonly args: Json
  /** Members of the answer that are not kept, and so not repeated. */
  readonly fleeting?: readonly string[]
}

/** One use of a key. */
export interface Once {
  /** What the first call answered, if there was one. */
  readonly earlier?: Answer
  /**
   * Does it, unless another call with this key is at it.
   *
   * @param work makes one thing; it fails with a {@link ToolError}, or as Stytch did, only if that was not made
   */
  run<T extends Answer>(work: () => Promise<T>): Promise<T>
}

/** Seconds. */
const TTL = 600

/**
 * Looks a key up.
 *
 * @throws {ToolError} `idempotency_conflict` when it was used with other arguments, `in_progress` when the
 *   first call has not ended, or nobody knows how it ended
 */
export async function once(store: Store, call: KeyedCall): Promise<Once> {
  const { principal, tool, key, fleeting = [] } = call
  const name = await sha256(JSON.stringify([ownerOf(principal), tool, key]))
  const [begun, answered] = [`once:${name}`, `once:${name}:answer`]
  const digest = await sha256(canonicalJson(call.args))

  const first = await store.get(begun)
  if (first !== undefined && first !== digest) {
    throw new ToolError(
      'idempotency_conflict',
      'This idempotency_key was used with other arguments. Use a new one.',
    )
  }
  // Read after the beginning: a call that ended in between is found with its answer.
  const text = first === undefined ? undefined : await store.get(answered)
  if (first !== undefined && text === undefined) throw inProgress()

  return {
    ...(text === undefined ? {} : { earlier: JSON.parse(text) as Answer }),
    async run(work) {
      if (!(await store.add(begun, digest, TTL))) throw inProgress()
      // An answer outlives its beginning by as long as the call took.
      await store.take(answered)
      const answer = await work().catch(async (error) => {
        if (didNotHappen(error)) await store.take(begun)
        throw error
      })
      const kept = { ...answer, data: without(answer.data, fleeting) }
      // It is made: that the store fails now must not look as if it were not. Repetitions are told to look.
      await store.add(answered, JSON.stringify(kept), TTL).catch(() => false)
      return answer
    },
  }
}

/** Where nobody knows whether something happened, the same key must not do it again. */
function didNotHappen(error: unknown): boolean {
  if (error instanceof StytchError) return !error.mayHaveHappened
  return error instanceof ToolError
}

function without(data: Answer['data'], members: readonly string[]): Answer['data'] {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !members.includes(name)))
}

function inProgress(): ToolError {
  return new ToolError(
    'in_progress',
    'A call with this idempotency_key has begun and its outcome is not known. Look at what is there before trying again with a new key.',
  )
}
