/**
 * State that travels through the client between the rounds of a call (2026-07-28 `requestState`). It is
 * signed and bound to the caller, the client, the operation and every argument, so that the answer to one
 * question cannot be used for another, and it is used up by the first answer. The client can read it and
 * cannot change it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
import {
  type InputRequests,
  type InputRequiredResult,
  inputRequired,
  type RequestStateCodec,
} from '@modelcontextprotocol/server'
import { sha256 } from '../digest.ts'
import { ownerOf } from '../oauth/principal.ts'
import type { Store } from '../store/store.ts'
import { canonicalJson } from './canonical-json.ts'
import { type Asking, askingOf, type Exchange } from './exchange.ts'
import { createSeal } from './seal.ts'

/** Seals and opens. */
export interface SealedState {
  /** The result that asks the client, with a state for this very target. */
  ask(
    asking: Asking,
    target: string,
    requests: InputRequests,
    state: unknown,
  ): Promise<InputRequiredResult>
  /**
   * What an earlier round sealed for this target; `undefined` when this is the first round.
   *
   * @throws what the store threw, when it could not say whether the state is unused
   */
  open(exchange: Exchange, target: string): { readonly state: unknown } | undefined
  /**
   * For the SDK: runs before a handler sees a state, and uses it up. The SDK answers −32602 when it throws:
   * when the state is not ours, not the caller's, too old, or was used before, by whichever process.
   */
  readonly verify: RequestStateCodec['verify']
}

interface Payload {
  /** Makes each state one of a kind, so that it can be used up. */
  readonly nonce: string
  readonly target: string
  readonly state: unknown
}

/** A state that was verified. */
interface Verified extends Payload {
  /** Why nobody knows whether it is unused. */
  readonly outage?: unknown
}

/** Seconds a person has to answer. */
const TTL = 300

/**
 * Seconds a used state is remembered: longer than any state is good, by whole seconds the codec rounds
 * away and by what the clocks of several processes differ.
 */
const REMEMBERED = TTL + 60

/**
 * Makes the seal.
 *
 * @param key at least 32 bytes; the same in every process that may see the answer
 * @param store remembers what was used; shared by the same processes
 */
export function createSealedState(key: Uint8Array, store: Store): SealedState {
  const seal = createSeal<Payload>(key, TTL)
  return {
    async verify(sealed, server) {
      const payload = await seal.verify(sealed, holder(askingOf(server)))
      let unused: boolean
      try {
        unused = await store.add(`state:${payload.nonce}`, '', REMEMBERED)
      } catch (outage) {
        // Nothing is wrong with the state, so it is not called invalid; but it opens nothing.
        return { ...payload, outage } satisfies Verified
      }
      if (!unused) throw new Error('used')
      return payload
    },
    async ask(asking, target, requests, state) {
      const requestState = await seal.mint(
        { nonce: crypto.randomUUID(), target, state: state ?? null },
        holder(asking),
      )
      return inputRequired({ inputRequests: requests, requestState })
    },
    open({ requestState }, target) {
      const verified = requestState as Verified | undefined
      if (verified?.outage !== undefined) throw verified.outage
      // Another target's state is as good as none: whatever came with it answers another question.
      return verified?.target === target ? { state: verified.state } : undefined
    },
  }
}

/** Whose state it is, and for which method. */
function holder({ method, viewer }: Asking): string {
  return JSON.stringify([ownerOf(viewer.principal), method])
}

/**
 * Names an operation with all its arguments.
 *
 * @param name of the tool, prompt or resource
 * @param args any JSON value; the order of members does not matter
 * @throws {TypeError} for what is not JSON: a state must not be good for arguments that only look alike
 */
export async function targetOf(name: string, args: unknown): Promise<string> {
  return sha256(canonicalJson([name, args]))
}
