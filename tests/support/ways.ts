/** The ways a request can reach the server; what is true of a request must be true on each of them. */
import { createFixture, type Fixture, type FixtureOptions, type Mint } from './fixture.ts'
import { type Answer, answer, rpc } from './mcp.ts'
import { openSession, readEvents } from './session-client.ts'

/** 2026-07-28; the 2025 era without sessions, in one, and in a batch. */
export type Way = 'modern' | 'legacy' | 'session' | 'batch'

export const WAYS: readonly Way[] = ['modern', 'legacy', 'session', 'batch']

/** An answer, with what it came in. */
export interface Arrived extends Answer {
  readonly status: number
}

/** One way to one server. */
export interface Asking {
  readonly fixture: Fixture
  ask(method: string, params?: Record<string, unknown>, mint?: Mint): Promise<Arrived>
}

/** Opens a way to a server of its own. */
export function take(way: Way, options: FixtureOptions = {}): Asking {
  const env = way === 'session' ? { ...options.env, MCP_SESSIONS: 'memory' } : options.env
  const fixture = createFixture({ ...options, ...(env === undefined ? {} : { env }) })
  /** One request of a session that lives for nothing else. */
  async function inSession(method: string, params: Record<string, unknown>, token: string) {
    const session = await openSession(fixture, token)
    const response = await session.post(method, params)
    const arrived = { status: response.status, ...(await answer(response)) }
    await (await session.end()).body?.cancel()
    return arrived
  }

  async function inBatch(method: string, params: Record<string, unknown>, token: string) {
    const init = rpc('legacy', method, params, token, { 'MCP-Protocol-Version': '2025-03-26' })
    const ping = { jsonrpc: '2.0', id: 'ping', method: 'ping' }
    const body = `[${init.body},${JSON.stringify(ping)}]`
    const response = await fixture.send('/mcp', { ...init, body })
    const { status } = response
    if (status !== 200) return { status, ...(await answer(response)) }
    const all = await readEvents(response).rest()
    return { status, ...(all.find(({ id }) => id === 1) as Answer) }
  }

  return {
    fixture,
    async ask(method, params = {}, mint = {}) {
      const token = await fixture.token(mint)
      if (way === 'session') return inSession(method, params, token)
      if (way === 'batch') return inBatch(method, params, token)
      const response = await fixture.send('/mcp', rpc(way, method, params, token))
      return { status: response.status, ...(await answer(response)) }
    },
  }
}
