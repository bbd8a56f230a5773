/**
 * Plans: changes that wait for a person's approval, for clients that cannot ask while a call runs. A plan
 * holds what exactly would be done; its id is a random handle that only its owner can use, once.
 */
import { base64url } from 'jose'
import { sha256 } from '../digest.ts'
import { ownerOf, type Principal } from '../oauth/principal.ts'
import type { Store } from '../store/store.ts'
import { ToolError } from './tool.ts'

/** What was planned. */
export interface Plan {
  /** Name of the tool. */
  readonly tool: string
  /** Its arguments, validated. */
  readonly input: unknown
  /** Of the target and of what would become of it. */
  readonly fingerprint: string
  /** What the person types. */
  readonly phrase: string
  /** Id of the request that made the plan, for the audit trail. */
  readonly correlationId: string
}

/** What a client is told of a plan. */
export interface PlanHandle {
  readonly id: string
  /** ISO 8601. */
  readonly expiresAt: string
}

/**
 * The plans of everyone. A plan of somebody else is as unknown as one that never was. All of it throws
 * {@link ToolError} `unavailable` while the store fails.
 */
export interface Plans {
  make(owner: Principal, plan: Plan): Promise<PlanHandle>
  find(owner: Principal, id: string): Promise<Plan | undefined>
  /** The plan, for whoever of the owner's calls takes it first. */
  take(owner: Principal, id: string): Promise<Plan | undefined>
}

/** Seconds a plan waits. */
const TTL = 600
const ID_BYTES = 18

/**
 * Keeps plans in a store.
 *
 * @param store shared by every process that may be asked to apply one
 * @param now milliseconds since the epoch
 */
export function createPlans(store: Store, now: () => number): Plans {
  const key = async (owner: Principal, id: string) =>
    `plan:${await sha256(JSON.stringify([ownerOf(owner), id]))}`
  const read = (text: string | undefined) =>
    text === undefined ? undefined : (JSON.parse(text) as Plan)

  return {
    make: (owner, plan) =>
      orUnavailable(async () => {
        const id = base64url.encode(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
        await store.add(await key(owner, id), JSON.stringify(plan), TTL)
        return { id, expiresAt: new Date(now() + TTL * 1_000).toISOString() }
      }),
    find: (owner, id) => orUnavailable(async () => read(await store.get(await key(owner, id)))),
    take: (owner, id) => orUnavailable(async () => read(await store.take(await key(owner, id)))),
  }
}

/** A store that fails is no fault of the tool, nor of its caller. */
async function orUnavailable<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch {
    throw new ToolError(
      'unavailable',
      'Plans cannot be kept or found at the moment, so nothing was done. Try again later.',
    )
  }
}
