/**
 * The direct path beside the SDK: the same requests to two servers with the same offer and the same Stytch,
 * one of which has the SDK answer everything. No client can tell them apart, and neither can what ran, nor
 * what the audit trail says of it.
 */
import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { ERAS, type Era } from '../support/mcp.ts'
import { until } from '../support/trail.ts'
import { type Told, told } from './answers.ts'
import { createOffer, GUARD } from './offer.ts'
import { CURSOR, type Made, request, type TokenKind } from './requests.ts'

const RUNS = 3_000
const SEED = 20_260_728

const now = Date.now()
const ENV = { MCP_STATE_KEY: 'a key that both of the servers know' }
const offers = { on: createOffer(), off: createOffer() }
const options = { pageSize: 7, now: () => now }
const on = createFixture({
  ...options,
  ...offers.on,
  env: { ...ENV, MCP_DIRECT: 'on' },
})
const off = createFixture({
  ...options,
  ...offers.off,
  env: { ...ENV, MCP_DIRECT: 'off' },
  upstream: async (wanted) => on.local.fetch(wanted),
})

const PEOPLE = 'openid email profile'
const tokens: Record<TokenKind, string | undefined> = {
  full: await on.token({ scope: `${PEOPLE} ${GUARD}` }),
  plain: await on.token(),
  other: await on.token({ user: 'grace@example.com' }).catch(() => on.token({ scope: 'openid' })),
  unscoped: await on.token({ scope: 'email' }),
  none: undefined,
  garbage: 'not.a.token',
}

/** Cursors of whoever asks, by list: where the second page begins. */
const cursors = new Map<string, string>()

function sent({ query, token, headers, body }: Made): [string, RequestInit] {
  const bearer = tokens[token]
  const given = Object.entries({
    ...headers,
    Authorization: bearer === undefined ? null : `Bearer ${bearer}`,
  })
  const method = /"method":"([^"]*)"/.exec(body)?.[1] ?? ''
  const cursor = cursors.get(`${token} ${query} ${method}`) ?? 'none'
  return [
    `/mcp${query}`,
    {
      method: 'POST',
      headers: given.filter((pair): pair is [string, string] => pair[1] !== null),
      body: body.replace(CURSOR, cursor),
    },
  ]
}

/** Keeps what leads on from a first page, for later requests. */
async function remember({ query, token, body }: Made, response: Response): Promise<void> {
  const [, cursor] = /"nextCursor":"([^"]+)"/.exec(await response.text()) ?? []
  const [, method] = /"method":"([^"]*)"/.exec(body) ?? []
  if (cursor !== undefined) cursors.set(`${token} ${query} ${method}`, cursor)
}

/** What a server answers, and what ran meanwhile. */
async function asked(server: Fixture, ran: string[], made: Made) {
  ran.length = 0
  const response = await server.send(...sent(made))
  const copy = response.clone()
  const answer = await told(response, made.headers.Accept ?? '')
  return { answer: { ...answer, ran: [...ran] }, remember: () => remember(made, copy) }
}

/** The trail, without what is never the same twice. */
const recordsOf = ({ trail }: Fixture) =>
  trail.lines.map((line) => {
    const { time, epoch, previous, hash, correlation_id, duration_ms, ...record } = JSON.parse(line)
    return record
  })

/** Answers of each kind, so that none of them is missing unnoticed. */
const tally: Record<string, number> = {}

function count(era: Era, { status, messages }: Told): void {
  const [first] = messages as { result?: object; error?: { code: number } }[]
  const kind = `${era} ${status} ${first?.error?.code ?? typeof first?.result}`
  tally[kind] = (tally[kind] ?? 0) + 1
}

test.each(ERAS)(
  `%s era: ${RUNS} requests get the same answers on either path`,
  async (era) => {
    await fc.assert(
      fc.asyncProperty(request(era), async (made) => {
        const direct = await asked(on, offers.on.ran, made)
        const sdk = await asked(off, offers.off.ran, made)
        expect(direct.answer).toEqual(sdk.answer)
        await sdk.remember()
        count(era, sdk.answer)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  },
  60_000,
)

test('the audit trail says the same of them, in the same order', async () => {
  await until(() => on.trail.lines.length === off.trail.lines.length)
  expect(off.trail.lines.length).toBeGreaterThan(500)
  expect(recordsOf(on)).toEqual(recordsOf(off))
})

test.each([
  ['legacy 200 object', 800],
  ['modern 200 object', 800],
  ['legacy 200 -32602', 300],
  ['modern 200 -32602', 200],
  ['modern 400 -32020', 50],
  ['modern 400 -32021', 10],
  ['legacy 200 -32002', 20],
  ['legacy 200 -32603', 10],
  ['modern 404 -32601', 50],
])('among them are enough of %s', (kind, least) => {
  expect(tally[kind] ?? 0).toBeGreaterThan(least)
})
