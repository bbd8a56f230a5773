/** A fixture in simulated time, with tools of every risk and Stytch's faults at hand. */
import { type Clock, createClock } from './clock.ts'
import { createFixture, type Fixture, type Mint } from './fixture.ts'
import { type Era, rpc } from './mcp.ts'
import { createProbes, type Probes } from './probes.ts'

/** One simulated server and its Stytch. */
export interface Simulation {
  readonly clock: Clock
  readonly fixture: Fixture
  readonly calls: Probes['calls']
  /** Replaces the faults of Local Stytch; none clears them. */
  fault(...faults: object[]): Promise<unknown>
  /** A token that outlives most simulations. */
  mint(more?: Mint): Promise<string>
  /** Calls the tool of that name. */
  call(name: string, token: string, era?: Era): Promise<Response>
  status(name: string, token: string, era?: Era): Promise<number>
  /** How many requests the server sent to paths that end so. */
  asked(path: string): number
}

/**
 * Starts a simulation.
 *
 * @param env configuration besides the defaults
 */
export function simulate(env: Record<string, string> = {}): Simulation {
  const clock = createClock()
  const { tools, calls } = createProbes()
  const fixture = createFixture({ env, tools, now: clock.now, pause: async () => {} })
  const call = (name: string, token: string, era: Era = 'modern') =>
    fixture.send('/mcp', rpc(era, 'tools/call', { name, arguments: {} }, token))
  return {
    clock,
    fixture,
    calls,
    call,
    fault: (...faults) => fixture.knob('faults', { faults }),
    mint: (more = {}) => fixture.token({ expires_in: 7200, ...more }),
    status: async (...args) => (await call(...args)).status,
    asked: (path) => fixture.egress.filter((line) => line.endsWith(path)).length,
  }
}
