/**
 * A server with Local Stytch behind it and a real client before it: what the walks over the management
 * tools arrange with. Making one takes a signing key, so tests share it and start the workspace over.
 */
import { operationNamed } from '../../src/stytch/operations.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type Fixture, type FixtureOptions } from '../support/fixture.ts'
import type { Loose } from '../support/managing.ts'
import { beside, managed, written } from '../support/tool-calls.ts'
import type { Agreed, Args, Connected, Kind, Reach } from './clients.ts'

/** All that a person can let a client do. */
const SCOPE =
  'openid admin:projects manage:api_keys manage:project_settings manage:project_data read:project_data'

/** Local Stytch's management API itself. */
export type There = ReturnType<typeof beside>

/** A fault as `POST /local/faults` takes it, without its place. */
export type Fault = Readonly<Record<string, unknown>>

/** What came of a call. */
export interface Outcome extends Agreed {
  /** Of a tool error. */
  readonly code: string | undefined
}

/** What a page answered. */
export interface Page {
  readonly status: number
  readonly body: Loose
}

/** A server, and who calls it. */
export interface Stage {
  readonly fixture: Fixture
  readonly there: There
  readonly client: Connected
  /** How the client reaches the server. */
  readonly reach: Reach
  /** HTTP statuses of what the client sent since the last {@link Stage.startOver}. */
  readonly statuses: readonly number[]
  /** Seeds again, no faults, a new minute, and nothing asked yet. */
  startOver(): Promise<void>
  /** Calls a tool in a new minute. With a phrase, a person agrees by it. */
  call(tool: string, args: Args, phrase?: string): Promise<Outcome>
  /** Opens a one-time link as its page does, signed in as ada unless told otherwise. */
  open(url: unknown, message: object, user?: string): Promise<Page>
  /** Has requests of one operation meet a fault, whatever is asked besides it. */
  faultAt(operation: Operation, fault: Fault): void
  /** Has all of the management API meet faults, instead of those it met before. */
  faultEverywhere(faults: readonly Fault[]): Promise<void>
  /** What the app asked of the management API since it was last called, `METHOD /path`. */
  asked(): readonly string[]
  /** What of it changes something. */
  writes(): readonly string[]
}

/** Names a row of the table of operations. */
export type Operation = Parameters<typeof operationNamed>[0]

/** Whether a request, `METHOD /path`, is one of an operation. */
export function isOf(operation: Operation, line: string): boolean {
  const { method, path } = operationNamed(operation)
  const pattern = path.replace(/\{\w+\}/g, '[^/?]+')
  return new RegExp(`^${method} ${pattern}(?:\\?|$)`).test(line)
}

/** @param kind of the client. @param options of the fixture; every toolset is offered */
export async function createStage(kind: Kind, options: FixtureOptions = {}): Promise<Stage> {
  const clock = createClock()
  const statuses: number[] = []
  let trap: { readonly operation: Operation; readonly fault: Fault } | undefined
  const { upstream = (request, next) => next(request) } = options

  const fixture = createFixture({
    pause: async () => {},
    ...options,
    now: clock.now,
    env: { TOOLSETS: 'all', ...options.env },
    async upstream(request, next) {
      const { pathname, search } = new URL(request.url)
      const caught = trap && isOf(trap.operation, `${request.method} ${pathname}${search}`)
      if (trap === undefined || !caught) return upstream(request, next)
      await setFaults([trap.fault])
      try {
        return await upstream(request, next)
      } finally {
        await setFaults([])
      }
    },
  })
  const setFaults = (faults: readonly Fault[]) =>
    fixture.knob('faults', { faults: faults.map((fault) => ({ at: 'management', ...fault })) })

  const reach = (async (input: RequestInfo | URL, init?: RequestInit) => {
    const headers = new Headers(init?.headers)
    headers.set('Authorization', `Bearer ${await fixture.token({ scope: SCOPE })}`)
    const response = await fixture.send(String(input), { ...init, headers })
    if (init?.method === 'POST') statuses.push(response.status)
    return response
  }) as typeof fetch
  const client = await kind.connect(new URL('/mcp', fixture.config.publicUrl), reach)

  return {
    fixture,
    there: beside(fixture),
    client,
    reach,
    statuses,
    async startOver() {
      trap = undefined
      await fixture.knob('reset', {})
      statuses.length = 0
      fixture.egress.length = 0
    },
    async call(tool, args, phrase) {
      clock.advance(61)
      fixture.egress.length = 0
      const answer =
        phrase === undefined
          ? { ...(await client.call(tool, args)), asked: [] }
          : await client.agree(tool, args, phrase)
      return { ...answer, code: answer.isError ? codeOf(answer.text) : undefined }
    },
    async open(url, message, user = 'ada@example.com') {
      const session = await fixture.token({ kind: 'session', scope: undefined, user })
      const response = await fixture.send(new URL(String(url)).pathname, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${session}`,
          'Content-Type': 'application/json',
          Origin: fixture.config.publicUrl,
          'Sec-Fetch-Site': 'same-origin',
        },
        body: JSON.stringify(message),
      })
      return { status: response.status, body: await response.json() }
    },
    faultAt(operation, fault) {
      trap = { operation, fault }
    },
    async faultEverywhere(faults) {
      await setFaults(faults)
    },
    asked: () => managed(fixture),
    writes: () => written(fixture),
  }
}

/** A tool's own error is JSON; what does not fit the published schema is refused before, in words. */
function codeOf(text: string): string {
  if (text.startsWith('{')) return JSON.parse(text).error.code
  return /invalid arguments for tool/i.test(text) ? 'invalid_arguments' : text
}
