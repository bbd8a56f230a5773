/**
 * Plans: changes that wait for a person's approval, for clients that cannot ask while a call runs. A plan
 * holds what exactly would be done; its id is a random handle that only its owner can use, once.
 */
import { base64url } from 'jose'
import { sha256 } from '../digest.ts'
import { ownerOf, type Principal } from '../oauth/principal.ts'
import type { Store } from '../store/store.ts'

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

/** The plans of everyone. A plan of somebody else is as unknown as one that never was. */
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
    async make(owner, plan) {
      const id = base64url.encode(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
      await store.add(await key(owner, id), JSON.stringify(plan), TTL)
      return { id, expiresAt: new Date(now() + TTL * 1_000).toISOString() }
    },
    find: async (owner, id) => read(await store.get(await key(owner, id))),
    take: async (owner, id) => read(await store.take(await key(owner, id))),
  }
}
