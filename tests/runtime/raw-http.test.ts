/**
 * What no client library would send, as bytes, to the real server under each runtime and in both eras.
 * Their parsers differ in how they refuse. What may never be: a success, a failure of ours, a tool that
 * ran, or a server that does not answer the next request.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ERAS, type Era, rpc } from '../support/mcp.ts'
import { type Conversation, type Listening, speak } from '../support/raw-http.ts'
import {
  RUNTIMES,
  type RuntimeName,
  type ServerProcess,
  startServer,
} from '../support/server-process.ts'

/** How a request may end: with a status, or with the connection. */
type Ending = number | 'closed'

/** A request in pieces; each list is header lines. */
interface Pieces {
  readonly line: string
  readonly host: readonly string[]
  readonly auth: readonly string[]
  readonly framing: readonly string[]
  readonly extra: readonly string[]
  readonly body: string
}

/** What a row may build with. */
interface Ingredients {
  readonly token: string
  /** Of this server, `localhost:<port>`. */
  readonly authority: string
  /** The good body. */
  readonly body: string
  /** A complete, good request. */
  readonly good: string
}

type Change = (with_: Ingredients) => Partial<Pieces>
type Row = readonly [id: string, change: Change, endings: readonly Ending[]]

const chunked = (body: string, trailer = '') =>
  `${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailer}\r\n`

/** Whatever follows on the connection must not be taken for a request. */
const smuggling = (framing: string[], body: (with_: Ingredients) => string): Change => {
  return (with_) => ({ framing, body: body(with_) + with_.good })
}
const CHUNKED = 'Transfer-Encoding: chunked'
const both = ({ body }: Ingredients) => chunked(body)

const ROWS: readonly Row[] = [
  ['E-H12 8-bit in the token', () => ({ auth: ['Authorization: Bearer abc\xff'] }), [400]],
  [
    'E-H12 NUL in the token',
    ({ token }) => ({ auth: [`Authorization: Bearer ${token}\0`] }),
    [400],
  ],
  ['E-H13 a fold', ({ token }) => ({ auth: [`Authorization: Bearer\r\n ${token}`] }), [400]],
  ['E-H13 a CR', ({ token }) => ({ auth: [`Authorization: Bearer ${token}\rX: y`] }), [400]],
  ['E-H13 an LF', ({ token }) => ({ auth: [`Authorization: Bearer ${token}\nabc`] }), [400]],
  [
    'E-H13 an LF and a fold',
    ({ token }) => ({ auth: [`Authorization: Bearer\n ${token}`] }),
    [400],
  ],
  ['E-H13 a fold elsewhere', () => ({ extra: ['X-A: b', ' c'] }), [400]],
  [
    'a space before the colon',
    ({ token }) => ({ auth: [`Authorization : Bearer ${token}`] }),
    [400],
  ],
  [
    'E-H18 the token in a trailer',
    ({ token, body }) => ({
      auth: [],
      framing: [CHUNKED, 'Trailer: Authorization'],
      body: chunked(body, `Authorization: Bearer ${token}\r\n`),
    }),
    [401],
  ],

  ['E-H21 a foreign host', () => ({ host: ['Host: evil.test'] }), [403]],
  [
    'E-H22 a trailing dot',
    ({ authority }) => ({ host: [`Host: ${authority.replace(':', '.:')}`] }),
    [403],
  ],
  ['E-H22 user information', ({ authority }) => ({ host: [`Host: a@${authority}`] }), [400, 403]],
  ['E-H22 a path', ({ authority }) => ({ host: [`Host: ${authority}/x`] }), [400, 403]],
  ['E-H23 no host', () => ({ host: [] }), [400]],
  ['E-H23 an empty host', () => ({ host: ['Host:'] }), [400]],
  [
    'E-H23 two hosts, ours first',
    ({ authority }) => ({ host: [`Host: ${authority}`, 'Host: evil.test'] }),
    [400, 403],
  ],
  [
    'E-H23 two hosts, ours last',
    ({ authority }) => ({ host: ['Host: evil.test', `Host: ${authority}`] }),
    [400, 403],
  ],
  [
    'E-H23 one host twice',
    ({ authority }) => ({ host: [`Host: ${authority}`, `Host: ${authority}`] }),
    [400, 403],
  ],
  ['E-H23 a list', ({ authority }) => ({ host: [`Host: ${authority}, evil.test`] }), [400, 403]],
  [
    'E-H25 a foreign target and host',
    () => ({ line: 'POST http://evil.test/mcp HTTP/1.1', host: ['Host: evil.test'] }),
    [400, 403],
  ],
  [
    'E-H25 our target, a foreign host',
    ({ authority }) => ({
      line: `POST http://${authority}/mcp HTTP/1.1`,
      host: ['Host: evil.test'],
    }),
    [400, 403],
  ],
  ['E-H25 no scheme', ({ authority }) => ({ line: `POST ${authority}/mcp HTTP/1.1` }), [400]],
  ['E-H44 HTTP/1.0 without a host', () => ({ line: 'POST /mcp HTTP/1.0', host: [] }), [400]],
  [
    'E-H33 two origins',
    ({ authority }) => ({ extra: [`Origin: http://${authority}`, 'Origin: https://evil.test'] }),
    [403],
  ],

  ['E-H27 //mcp', () => ({ line: 'POST //mcp HTTP/1.1' }), [404]],
  ['E-H27 /MCP', () => ({ line: 'POST /MCP HTTP/1.1' }), [404]],
  ['E-H27 /%6dcp', () => ({ line: 'POST /%6dcp HTTP/1.1' }), [404]],
  ['E-H27 /mcp%2f', () => ({ line: 'POST /mcp%2f HTTP/1.1' }), [404]],
  ['E-H27 /mcp;x', () => ({ line: 'POST /mcp;x HTTP/1.1' }), [404]],
  ['E-H27 /mcp%00', () => ({ line: 'POST /mcp%00 HTTP/1.1' }), [404]],

  ['E-H45 PUT', () => ({ line: 'PUT /mcp HTTP/1.1' }), [405]],
  ['E-H45 PATCH', () => ({ line: 'PATCH /mcp HTTP/1.1' }), [405]],
  ['E-H45 TRACE', () => ({ line: 'TRACE /mcp HTTP/1.1', framing: [], body: '' }), [405]],
  [
    'A10.07 TRACE without a token',
    () => ({ line: 'TRACE /mcp HTTP/1.1', auth: [], framing: [], body: '' }),
    [401],
  ],
  ['A10.07 HEAD', () => ({ line: 'HEAD /mcp HTTP/1.1', framing: [], body: '' }), [405]],
  [
    'A10.07 CONNECT',
    ({ authority }) => ({ line: `CONNECT ${authority} HTTP/1.1`, framing: [], body: '' }),
    [400, 404, 405, 'closed'],
  ],
  [
    'TE gzip, chunked',
    ({ body }) => ({ framing: ['Transfer-Encoding: gzip, chunked'], body: chunked(body) }),
    [400],
  ],
  ['A13.06 two content types', () => ({ extra: ['Content-Type: text/plain'] }), [415]],
  [
    'A13.01 two mebibytes in one chunk',
    () => ({ framing: [CHUNKED], body: chunked(' '.repeat(2 * 1024 * 1024)) }),
    [413],
  ],
  [
    'A13.11 250 headers',
    () => ({ extra: Array.from({ length: 250 }, (_, i) => `X-${i}: y`) }),
    [400, 431],
  ],
  ['A13.11 a header of 70 KB', () => ({ extra: [`X-A: ${'y'.repeat(70_000)}`] }), [400, 431]],
]

/** E-H41: one of two readers of these sees a second request. */
const SMUGGLING: readonly (readonly [string, Change])[] = [
  ['CL and TE', smuggling(['Content-Length: 4', CHUNKED], both)],
  ['TE and CL', smuggling([CHUNKED, 'Content-Length: 4'], both)],
  [
    'two CL',
    (with_) => ({
      framing: ['Content-Length: 0', `Content-Length: ${with_.body.length}`],
      body: with_.body + with_.good,
    }),
  ],
  ['one CL twice', ({ body }) => ({ framing: Array(2).fill(`Content-Length: ${body.length}`) })],
  ['a list of CL', ({ body }) => ({ framing: [`Content-Length: ${body.length}, ${body.length}`] })],
  ['CL with a sign', ({ body }) => ({ framing: [`Content-Length: +${body.length}`] })],
  ['a negative CL', ({ good }) => ({ framing: ['Content-Length: -1'], body: good })],
  ['a hexadecimal CL', ({ good }) => ({ framing: ['Content-Length: 0x10'], body: good })],
  ['TE chunked, identity', smuggling(['Transfer-Encoding: chunked, identity'], both)],
  ['TE identity, chunked', smuggling(['Transfer-Encoding: identity, chunked'], both)],
  ['TE xchunked', smuggling(['Transfer-Encoding: xchunked'], both)],
  ['TE behind a vertical tab', smuggling(['Transfer-Encoding: \x0bchunked'], both)],
  ['a space after TE', smuggling(['Content-Length: 4', 'Transfer-Encoding : chunked'], both)],
  ['two TE', smuggling([CHUNKED, 'Transfer-Encoding: identity'], both)],
  ['a chunk size of letters', smuggling([CHUNKED], ({ body }) => `zz\r\n${body}\r\n0\r\n\r\n`)],
  ['a negative chunk size', smuggling([CHUNKED], ({ body }) => `-1\r\n${body}\r\n0\r\n\r\n`)],
  [
    'an endless chunk size',
    smuggling([CHUNKED], ({ body }) => `${'f'.repeat(17)}\r\n${body}\r\n0\r\n\r\n`),
  ],
  ['a chunk longer than its size', smuggling([CHUNKED], ({ body }) => `5\r\n${body}\r\n0\r\n\r\n`)],
  [
    'TE in HTTP/1.0',
    (with_) => ({ ...smuggling([CHUNKED], both)(with_), line: 'POST /mcp HTTP/1.0' }),
  ],
]

/** Bun resolves the target before anyone can see it: docs/security.md. */
const SEES_TARGETS: readonly RuntimeName[] = ['node', 'deno']

const TARGETS: readonly Row[] = [
  [
    'E-H25 a foreign target, our host',
    () => ({ line: 'POST http://evil.test/mcp HTTP/1.1' }),
    [400, 403],
  ],
  [
    'E-H25 user information in the target',
    ({ authority }) => ({ line: `POST http://a@${authority}/mcp HTTP/1.1` }),
    [400, 403],
  ],
  [
    'E-H25 another scheme',
    ({ authority }) => ({ line: `POST ftp://${authority}/mcp HTTP/1.1` }),
    [400, 403],
  ],
  ['E-H27 /a/../mcp', () => ({ line: 'POST /a/../mcp HTTP/1.1' }), [400, 404]],
  ['E-H27 /./mcp', () => ({ line: 'POST /./mcp HTTP/1.1' }), [400, 404]],
  ['E-H27 /a/%2e%2e/mcp', () => ({ line: 'POST /a/%2e%2e/mcp HTTP/1.1' }), [400, 404]],
  ['E-H27 /x\\..\\mcp', () => ({ line: 'POST /x\\..\\mcp HTTP/1.1' }), [400, 404]],
]

interface Running {
  readonly server: ServerProcess
  readonly token: string
  /** A request whose headers never end, from the first moment on. */
  readonly slow: Promise<Conversation>
}
const running = new Map<RuntimeName, Running>()

beforeAll(async () => {
  await Promise.all(
    RUNTIMES.map(async (runtime) => {
      const server = await startServer(runtime)
      const slow = speak(server.url, 'POST /mcp HTTP/1.1\r\nX-Slow: ', { patience: 20_000 })
      const minted = await fetch(`${server.localStytch}/local/tokens`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          kind: 'access',
          user: 'ada@example.com',
          scope: 'openid email profile',
        }),
      })
      const { token } = (await minted.json()) as { token: string }
      running.set(runtime, { server, token, slow })
    }),
  )
}, 60_000)
afterAll(() => Promise.all([...running.values()].map(({ server }) => server.stop())))

describe.each([...RUNTIMES])('%s', (runtime) => {
  let server: ServerProcess
  let token: string
  let slow: Promise<Conversation>
  beforeAll(() => {
    ;({ server, token, slow } = running.get(runtime) as Running)
  })

  /** How often a tool ran: each run asks Stytch who the caller is. */
  async function toolRuns(): Promise<number> {
    const response = await fetch(`${server.localStytch}/local/requests`)
    return (await response.text()).split('"/v1/oauth2/userinfo"').length - 1
  }

  function write(era: Era, change: Change): string {
    const whoami = rpc(era, 'tools/call', { name: 'whoami', arguments: {} })
    const authority = new URL(server.url).host
    const body = whoami.body as string
    const join = ({ line, host, auth, framing, extra, body }: Pieces) => {
      const usual = Object.entries(whoami.headers as object).map(([k, v]) => `${k}: ${v}`)
      return [line, ...host, ...auth, ...usual, ...framing, ...extra, '', body].join('\r\n')
    }
    const good: Pieces = {
      line: 'POST /mcp HTTP/1.1',
      host: [`Host: ${authority}`],
      auth: [`Authorization: Bearer ${token}`],
      framing: [`Content-Length: ${body.length}`],
      extra: [],
      body,
    }
    return join({ ...good, ...change({ token, authority, body, good: join(good) }) })
  }

  /** Sends one odd request. The next good one must be served, and be the only one that ran a tool. */
  async function say(era: Era, change: Change, listening?: Listening): Promise<Conversation> {
    const before = await toolRuns()
    const said = await speak(server.url, write(era, change), listening)
    const next = await speak(
      server.url,
      write(era, () => ({})),
    )
    expect(next.responses[0]?.status).toBe(200)
    // Counted after the next request, whose run is the one: a run may come after its connection is gone.
    expect((await toolRuns()) - before).toBe(1)
    return said
  }
  const finals = ({ responses }: Conversation) => responses.filter(({ status }) => status >= 200)
  const ending = (said: Conversation): Ending | undefined =>
    finals(said)[0]?.status ?? (said.closed ? 'closed' : undefined)
  const hangsUp = (said: Conversation) =>
    said.closed || finals(said).at(-1)?.headers.get('connection')?.includes('close')

  describe.each([...ERAS])('%s era', (era) => {
    test('the request that the others change is good', async () => {
      const before = await toolRuns()
      const { responses } = await speak(
        server.url,
        write(era, () => ({})),
      )
      expect(responses.map(({ status }) => status)).toEqual([200])
      expect(await toolRuns()).toBe(before + 1)
    })

    test.each([...ROWS])('%s', async (_, change, endings) => {
      expect(endings).toContain(ending(await say(era, change)) as Ending)
    })

    test.each(SEES_TARGETS.includes(runtime) ? [...TARGETS] : [])(
      '%s',
      async (_, change, endings) => {
        expect(endings).toContain(ending(await say(era, change)) as Ending)
      },
    )

    test.each<[string, (good: string) => string[]]>([
      ['good, good', (good) => [good, good]],
      ['good, bad', (good) => [good, 'Authorization: Bearer abc']],
      ['bad, good', (good) => ['Authorization: Bearer abc', good]],
      ['Basic, good', (good) => ['Authorization: Basic YTpi', good]],
      ['empty, good', (good) => ['Authorization:', good]],
      ['good, empty', (good) => [good, 'Authorization:']],
    ])('E-H10 two Authorization lines, %s: M0', async (_, lines) => {
      const said = await say(era, () => ({ auth: lines(`Authorization: Bearer ${token}`) }))
      expect(ending(said)).toBe(400)
      expect(finals(said)[0]?.headers.get('www-authenticate')).toContain('error="invalid_request"')
    })

    test.each([...SMUGGLING])('E-H41 %s: one refusal, and the end', async (_, change) => {
      const said = await say(era, change, { responses: 2, patience: 1_000 })
      expect(finals(said).length).toBeLessThan(2)
      expect([400, 'closed']).toContain(ending(said) as Ending)
      expect(hangsUp(said)).toBe(true)
    })

    test('E-H41 a body that nobody reads is not a request', async () => {
      const hidden: Change = ({ good }) => ({
        auth: [],
        framing: [`Content-Length: ${good.length}`],
        body: good,
      })
      const said = await say(era, hidden, { responses: 2, patience: 500 })
      expect(finals(said).map(({ status }) => status)).toEqual([401])
    })

    test('E-H42 a gigabyte is not invited without a token', async () => {
      const said = await say(
        era,
        () => ({
          auth: [],
          framing: ['Expect: 100-continue', 'Content-Length: 1073741824'],
          body: '',
        }),
        { responses: 2, patience: 1_500 },
      )
      // Bun and Deno send 100 by themselves; Bun then refuses the length before it asks anyone.
      const statuses = said.responses.map(({ status }) => status)
      const allowed = { node: [[401]], bun: [[100, 413]], deno: [[100, 401]] }
      expect(allowed[runtime]).toContainEqual(statuses)
      expect(hangsUp(said)).toBe(true)
    })

    test('E-H42 with a token a body that waits is invited', async () => {
      const whole = write(era, ({ body }) => ({
        framing: ['Expect: 100-continue', `Content-Length: ${body.length}`],
      }))
      const [headers = '', body = ''] = whole.split(/(?<=\r\n\r\n)/)
      const { responses } = await speak(server.url, [headers, body])
      expect(responses.map(({ status }) => status)).toEqual([100, 200])
    })

    test('A1.01 a connection remembers nobody', async () => {
      const known = write(era, () => ({}))
      const unknown = write(era, () => ({ auth: [] }))
      const { responses } = await speak(server.url, [known, unknown], { responses: 2 })
      expect(responses.map(({ status }) => status)).toEqual([200, 401])
    })
  })

  // Deno offers no such limit.
  test.skipIf(runtime === 'deno')(
    'A13.11 who does not finish the headers is hung up on',
    async () => expect(hangsUp(await slow)).toBe(true),
    25_000,
  )
})
