/**
 * State that travels through the client between the rounds of a call (2026-07-28 `requestState`). It is
 * signed and bound to the caller, the client, the operation and every argument, so that the answer to one
 * question cannot be used for another. The client can read it and cannot change it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
import {
  createRequestStateCodec,
  type InputRequests,
  type InputRequiredResult,
  inputRequired,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { callerOf } from './call-context.ts'

/** Seals and opens. */
export interface SealedState {
  /** The result that asks the client, with a state for this very target. */
  ask(
    server: ServerContext,
    target: string,
    requests: InputRequests,
    state: unknown,
  ): Promise<InputRequiredResult>
  /** What an earlier round sealed for this target; `undefined` when this is the first round. */
  open(server: ServerContext, target: string): { readonly state: unknown } | undefined
  /** For the SDK: runs before a handler sees a state. Throws when it is not ours. */
  readonly verify: RequestStateCodec['verify']
}

interface Payload {
  readonly target: string
  readonly state: unknown
}

/** Seconds a person has to answer. */
const TTL = 300

/**
 * Makes the seal.
 *
 * @param key at least 32 bytes; the same in every process that may see the answer
 */
export function createSealedState(key: Uint8Array): SealedState {
  const codec = createRequestStateCodec<Payload>({ key, ttlSeconds: TTL, bind: holder })
  return {
    verify: codec.verify,
    async ask(server, target, requests, state) {
      const requestState = await codec.mint({ target, state: state ?? null }, server)
      return inputRequired({ inputRequests: requests, requestState })
    },
    open(server, target) {
      const payload = server.mcpReq.requestState<Payload>()
      // Another target's state is as good as none: whatever came with it answers another question.
      return payload?.target === target ? { state: payload.state } : undefined
    },
  }
}

/** Whose state it is, and for which method. */
function holder(server: ServerContext): string {
  const { issuer, subject, organization, clientId } = callerOf(server).principal
  return JSON.stringify([issuer, subject, organization?.id, clientId, server.mcpReq.method])
}

/**
 * Names an operation with all its arguments.
 *
 * @param name of the tool, prompt or resource
 * @param args any JSON value; the order of members does not matter
 */
export async function targetOf(name: string, args: unknown): Promise<string> {
  const text = JSON.stringify([name, args], sorted)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}

function sorted(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value
}
