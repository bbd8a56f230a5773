/**
 * Clients as people have them, from nothing to an answer of `whoami`: each discovers, registers, sends
 * the person to sign in, takes the browser back and calls the tool. Then each is lied to, and must not
 * get that far.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { PROGRAMS } from '../support/cli-clients.ts'
import { LIBRARIES } from '../support/client-in-process.ts'
import type { Person } from '../support/client-journey.ts'
import { type RelayedServer, startRelayedServer } from '../support/client-relay.ts'
import { signInHeadless } from '../support/headless-sign-in.ts'

const TIMEOUT = 60_000

interface Lie {
  readonly name: string
  /** Told before the person is asked, so nobody may be sent to sign in. */
  readonly metadata?: (server: RelayedServer) => void | Promise<void>
  /** Told in the redirect that brings the browser back, so the code may not be redeemed. */
  readonly redirect?: (back: URL) => void
  /** What whoever notices says. */
  readonly complaint: RegExp
}

const ISSUER_METADATA = /issuer .*https:\/\/evil\.example|issuer mismatch in authorization server/i
const ISSUER_RESPONSE =
  /issuer .*https:\/\/evil\.example|issuer mismatch in authorization response/i
const RESOURCE = /protected resource \S+ does not match/i

const LIES: readonly Lie[] = [
  {
    name: 'foreign issuer in the metadata',
    metadata: (server) =>
      server.faults([{ at: 'discovery', kind: 'lie', body: { issuer: 'https://evil.example' } }]),
    complaint: ISSUER_METADATA,
  },
  {
    name: 'foreign iss in the response',
    redirect: (back) => back.searchParams.set('iss', 'https://evil.example'),
    complaint: ISSUER_RESPONSE,
  },
  {
    name: 'no iss in the response',
    redirect: (back) => back.searchParams.delete('iss'),
    complaint: ISSUER_RESPONSE,
  },
  {
    name: 'resource of another server',
    metadata: (server) => server.claimToBe('https://mcp.example.com/mcp'),
    complaint: RESOURCE,
  },
  {
    name: 'resource at another path',
    metadata: (server) => server.claimToBe(new URL('/other', server.mcp).href),
    complaint: RESOURCE,
  },
]

/**
 * What each package, at this version, does not check. The server cannot help it, but should know: when
 * a version changes, measure again and correct the row. The v1 SDK leaves the issuer alone: it does not
 * compare the metadata's, and `finishAuth` takes the code only. mcporter builds on it.
 */
const DOES_NOT_CHECK: Record<string, { version: string; lies: readonly string[] }> = {
  '@modelcontextprotocol/sdk': {
    version: '1.32.2',
    lies: [
      'foreign issuer in the metadata',
      'foreign iss in the response',
      'no iss in the response',
    ],
  },
  '@modelcontextprotocol/client': { version: '2.4.0', lies: [] },
  '@ai-sdk/mcp': { version: '2.0.99', lies: ['no iss in the response'] },
  '@modelcontextprotocol/inspector': { version: '2.12.0', lies: [] },
  'mcp-remote': { version: '0.15.1', lies: [] },
  mcporter: {
    version: '0.12.3',
    lies: [
      'foreign issuer in the metadata',
      'foreign iss in the response',
      'no iss in the response',
    ],
  },
}

let server: RelayedServer
beforeAll(async () => {
  server = await startRelayedServer()
}, TIMEOUT)
afterAll(() => server.stop())
beforeEach(() => server.forget())

/** Ada signs in and consents; `tamper` is done to the redirect on its way back. */
const ada =
  (tamper: (back: URL) => void = () => {}): Person =>
  async (authorizationUrl) => {
    const { publicToken } = LOCAL_PROJECT
    const back = await signInHeadless(authorizationUrl, server.localStytch, publicToken)
    tamper(back)
    return back
  }

interface Row {
  readonly client: string
  readonly version: string
  readonly era: string
  signsIn: boolean
  readonly refuses: string[]
  readonly believes: string[]
}
const matrix: Row[] = []
afterAll(() => {
  for (const row of matrix) process.stdout.write(`${line(row)}\n`)
})

function line({ client, version, era, signsIn, refuses, believes }: Row): string {
  const cells = [
    client.padEnd(32),
    version.padEnd(8),
    era,
    signsIn ? 'signs in' : 'DOES NOT SIGN IN',
  ]
  const unchecked = believes.length > 0 ? `; does not check: ${believes.join(', ')}` : ''
  return `${cells.join('  ')}, refuses ${refuses.length} of ${LIES.length} lies${unchecked}`
}

describe.each([...LIBRARIES, ...PROGRAMS])('$name', (client) => {
  const known = DOES_NOT_CHECK[client.package]
  const row: Row = {
    client: client.name,
    version: known?.version ?? '?',
    era: client.protocolVersion,
    signsIn: false,
    refuses: [],
    believes: [],
  }
  matrix.push(row)

  test('is the version that was measured', async () => {
    const manifest = join(resolve(import.meta.dir, '../../node_modules'), client.package)
    const { version } = await Bun.file(join(manifest, 'package.json')).json()
    expect(version).toBe(row.version)
  })

  test(
    'signs in from nothing and calls whoami',
    async () => {
      const { sentTo, whoami, complaint } = await client.travel(server.mcp, ada())
      expect(complaint).toBeUndefined()
      expect(whoami).toMatchObject({ email: 'ada@example.com', issuer: server.localStytch })

      const { origin, pathname, searchParams } = sentTo as URL
      expect(origin + pathname).toBe(new URL('/oauth/authorize', server.mcp).href)
      expect(searchParams.get('code_challenge_method')).toBe('S256')
      expect(searchParams.get('resource')).toBe(server.mcp.href)

      const [first] = server.passed()
      expect(first?.method).toBe(
        client.protocolVersion === '2026-07-28' ? 'server/discover' : 'initialize',
      )
      expect(first?.status).toBe(401)
      expect(server.passed()).toContainEqual({
        method: 'tools/call',
        protocolVersion: client.protocolVersion,
        status: 200,
      })
      row.signsIn = true
    },
    TIMEOUT,
  )

  const refused = LIES.filter(({ name }) => !known?.lies.includes(name))
  test.each([...refused])(
    'refuses $name',
    async ({ name, metadata, redirect, complaint }) => {
      await metadata?.(server)
      const journey = await client.travel(server.mcp, ada(redirect))
      expect(journey.whoami).toBeUndefined()
      expect(journey.complaint).toMatch(complaint)

      const asked = await server.asked()
      expect(asked).not.toContain('POST /v1/oauth2/token')
      expect(new Set(server.passed().map(({ status }) => status))).toEqual(new Set([401]))
      if (metadata !== undefined) {
        expect(journey.sentTo).toBeUndefined()
        expect(asked).not.toContain('POST /v1/oauth2/register')
      }
      row.refuses.push(name)
    },
    TIMEOUT,
  )

  const believed = LIES.filter(({ name }) => known?.lies.includes(name))
  if (believed.length > 0) {
    test.each([...believed])(
      'does not check $name',
      async ({ name, metadata, redirect }) => {
        await metadata?.(server)
        const { whoami, complaint } = await client.travel(server.mcp, ada(redirect))
        expect(complaint).toBeUndefined()
        expect(whoami).toMatchObject({ email: 'ada@example.com' })
        row.believes.push(name)
      },
      TIMEOUT,
    )
  }
})

test('no connection left this machine', async () => {
  const hosts = await server.egress()
  expect(hosts.length).toBeGreaterThan(0)
  expect(hosts.filter((host) => !/^(localhost|127\.0\.0\.1)$/.test(host))).toEqual([])
})
