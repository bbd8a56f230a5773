/** An administrator who calls management tools, and what Stytch holds behind them. */
import { type Clock, createClock } from './clock.ts'
import { createFixture, type Fixture, type FixtureOptions, type Mint } from './fixture.ts'
import { type Answer, answer, type Era, rpc } from './mcp.ts'
import { withMeta } from './session-client.ts'

/** Arguments that name environments and projects of Local Stytch. */
export const TEST = { project_slug: 'local-stytch', environment_slug: 'test' }
export const LIVE = { project_slug: 'local-stytch', environment_slug: 'production' }
export const B2B = { project_slug: 'local-stytch-b2b', environment_slug: 'test' }

/** Paths of the same in Stytch's API. */
export const PROJECT = '/pwa/v3/projects/local-stytch'
export const ENVIRONMENT = `${PROJECT}/environments/test`
export const B2B_ENVIRONMENT = '/pwa/v3/projects/local-stytch-b2b/environments/test'

type Args = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: what tests look into, they assert.
export type Loose = any

/** What a tool answered. */
export interface Told {
  /** Structured content. */
  readonly data: Loose
  /** The first text: a summary. */
  readonly summary: string | undefined
  /** Of a tool error. */
  readonly error: { readonly code: string; readonly message: string } | undefined
  readonly answer: Answer
}

/** One administrator. */
export interface Managing {
  readonly fixture: Fixture
  readonly clock: Clock
  /** Calls a tool, as a client that cannot ask its person. Starts a new minute, so no limit is met. */
  call(name: string, args: Args, era?: Era): Promise<Told>
  /** Calls a tool and answers its question with a phrase, as a client of 2026-07-28 does. */
  agree(name: string, args: Args, phrase: string): Promise<Told & { readonly question: string }>
  /** Calls a tool and applies the plan it makes. */
  apply(name: string, args: Args, phrase: string, era?: Era): Promise<Told>
  /** Asks Local Stytch's management API itself. */
  stytch(method: string, path: string, body?: object): Promise<Loose>
  /** What the app has asked of the management API and is no GET. */
  writes(): readonly string[]
  /** A session JWT of hers, as the pages use. */
  session(mint?: Mint): Promise<string>
}

const SCOPE = 'openid manage:project_settings'
const ASKING = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } }

/** @param options of the fixture; every toolset is offered unless told otherwise */
export function manage(options: FixtureOptions = {}): Managing {
  const clock = createClock()
  const fixture = createFixture({
    ...options,
    now: clock.now,
    env: { TOOLSETS: 'all', ...options.env },
  })
  const token = () => fixture.token({ scope: SCOPE })

  async function send(name: string, args: Args, era: Era, more: Args = {}): Promise<Told> {
    clock.advance(61)
    const request = rpc(era, 'tools/call', { name, arguments: args, ...more }, await token())
    return told(await answer(await fixture.send('/mcp', request)))
  }

  async function ask(name: string, args: Args, more: Args = {}): Promise<Told> {
    clock.advance(61)
    const request = rpc('modern', 'tools/call', { name, arguments: args, ...more }, await token())
    return told(await answer(await fixture.send('/mcp', withMeta(request, ASKING))))
  }

  return {
    fixture,
    clock,
    call: (name, args, era = 'modern') => send(name, args, era),

    async agree(name, args, phrase) {
      const asked = (await ask(name, args)).answer.result as Loose
      if (asked?.resultType !== 'input_required') throw new Error(JSON.stringify(asked))
      const done = await ask(name, args, {
        requestState: asked.requestState,
        inputResponses: { confirm: { action: 'accept', content: { phrase } } },
      })
      return { ...done, question: asked.inputRequests.confirm.params.message }
    },

    async apply(name, args, phrase, era = 'legacy') {
      const planned = await send(name, args, era)
      const plan_id = planned.data?.plan?.plan_id
      if (plan_id === undefined) return planned
      return send('applyPlan', { plan_id, confirm_phrase: phrase }, era)
    },

    async stytch(method, path, body) {
      const { local } = fixture
      const key = btoa(`${local.workspaceKeyId}:${local.workspaceKeySecret}`)
      const headers = { Authorization: `Basic ${key}`, 'Content-Type': 'application/json' }
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
      return (await local.fetch(new Request(local.url + path, init))).json()
    },

    writes: () =>
      fixture.egress
        .filter((line) => line.includes('/pwa/') && !line.startsWith('GET '))
        .map((line) => line.replace(fixture.local.url, '')),

    session: (mint = {}) => fixture.token({ kind: 'session', scope: undefined, ...mint }),
  }
}

function told(answer: Answer): Told {
  const text = answer.result?.content?.[0]?.text
  return {
    answer,
    data: answer.result?.structuredContent,
    summary: answer.result?.isError ? undefined : text,
    error: answer.result?.isError ? errorIn(text ?? '') : undefined,
  }
}

/** A tool's own error is JSON; what does not fit a published schema is refused before the tool, in words. */
function errorIn(text: string): { code: string; message: string } {
  return text.startsWith('{')
    ? JSON.parse(text).error
    : { code: 'invalid_arguments', message: text }
}
