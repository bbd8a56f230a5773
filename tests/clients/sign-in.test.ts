/**
 * The main job without a browser, on every runtime: the official clients meet the 401, discover Local
 * Stytch, register, send a person to sign in, come back, call `whoami`, and refresh.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { signInHeadless } from '../support/headless-sign-in.ts'
import { mintExpired } from '../support/local-stytch.ts'
import { MemoryProvider } from '../support/oauth-provider.ts'
import { CLIENTS, type Session } from '../support/real-clients.ts'
import { RUNTIMES, type ServerProcess, startServer } from '../support/server-process.ts'
import { until } from '../support/trail.ts'

const CALLBACK = 'http://127.0.0.1:9/callback'

describe.each([...RUNTIMES])('server under %s', (runtime) => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startServer(runtime)
  }, 60_000)
  afterAll(() => server.stop())

  test('prints where it is, and no token', async () => {
    // It may have answered before what it printed came through the pipe.
    await until(() => server.output().includes('ada@example.com'))
    expect(server.output()).toContain(`${server.url}/mcp`)
    expect(server.output()).toContain('ada@example.com')
  })

  describe.each([...CLIENTS])('$name', (client) => {
    const provider = new MemoryProvider(CALLBACK)
    let session: Session

    test('is sent to sign in', async () => {
      const url = new URL('/mcp', server.url)
      expect(await client.connect(url, provider)).toBeUndefined()
      const asked = provider.authorizationUrl as URL
      expect(asked.origin + asked.pathname).toBe(`${server.url}/oauth/authorize`)
      expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
      expect(asked.searchParams.get('resource')).toBe(`${server.url}/mcp`)
    })

    test('Deny reaches it as access_denied', async () => {
      const url = new URL('/mcp', server.url)
      const back = await signInHeadless(
        provider.authorizationUrl as URL,
        server.localStytch,
        LOCAL_PROJECT.publicToken,
        { consents: false },
      )
      expect(back.searchParams.get('state')).toBe(provider.sentState)
      expect(await client.finish(url, provider, back)).toBe('access_denied')
    })

    test('signs in and calls whoami', async () => {
      const url = new URL('/mcp', server.url)
      const back = await signInHeadless(
        provider.authorizationUrl as URL,
        server.localStytch,
        LOCAL_PROJECT.publicToken,
      )
      expect(back.searchParams.get('state')).toBe(provider.sentState)
      expect(back.searchParams.get('iss')).toBe(server.localStytch)
      expect(await client.finish(url, provider, back)).toBeUndefined()

      session = (await client.connect(url, provider)) as Session
      expect(session.protocolVersion).toBe(client.protocolVersion)
      expect(await session.listTools()).toContain('whoami')
      const { structuredContent } = await session.callTool('whoami')
      expect(structuredContent).toMatchObject({
        email: 'ada@example.com',
        issuer: server.localStytch,
      })
    })

    test('refreshes when its token has expired, and the refresh token rotates', async () => {
      const before = provider.kept
      expect(before?.refresh_token).toBeString()
      const expired = await mintExpired(server.localStytch)
      provider.kept = { ...(before as NonNullable<typeof before>), access_token: expired }
      const issued = provider.issued

      const { structuredContent } = await session.callTool('whoami')
      expect(structuredContent).toMatchObject({ email: 'ada@example.com' })
      expect(provider.issued).toBe(issued + 1)
      expect(provider.kept.refresh_token).not.toBe(before?.refresh_token)
      await session.close()
    })

    test('leaves no token in the log', () => {
      const { access_token, refresh_token } = provider.kept as {
        access_token: string
        refresh_token: string
      }
      for (const secret of [access_token, access_token.split('.')[1] as string, refresh_token]) {
        expect(server.output()).not.toContain(secret)
      }
    })
  })

  if (runtime !== 'deno') {
    test('no connection left this machine', async () => {
      const hosts = await server.egress()
      expect(hosts.length).toBeGreaterThan(0)
      expect(hosts.filter((host) => !/^(localhost|127\.0\.0\.1)$/.test(host))).toEqual([])
    })
  }
})
