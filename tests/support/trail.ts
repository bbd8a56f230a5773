/** Reads the audit trail of a fixture. */
import { expect } from 'bun:test'
import type { Fixture } from './fixture.ts'

/** One record, as far as tests look at it. */
export interface Recorded {
  readonly phase: 'intent' | 'outcome' | 'denial'
  readonly correlation_id: string
  readonly tool: string
  readonly confirmation: string
  readonly scopes: readonly string[]
  readonly missing_scopes?: readonly string[]
  readonly decision: string
  readonly outcome?: string
  readonly reason?: string
  readonly error?: string
  readonly arguments?: Record<string, unknown>
  readonly arguments_digest?: string
}

/** Until something holds, two seconds at most: records nobody waits for are written a little later. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds() && tries < 2_000; tries++) await Bun.sleep(1)
}

/** All records, of which there are exactly so many. */
export async function recorded({ trail }: Fixture, count: number): Promise<Recorded[]> {
  await until(() => trail.lines.length >= count)
  expect(trail.lines).toHaveLength(count)
  return trail.lines.map((line) => JSON.parse(line))
}
