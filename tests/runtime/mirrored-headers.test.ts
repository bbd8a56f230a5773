/**
 * Bytes in `Mcp-Name` that no client library would send, to the real server under each runtime: their
 * parsers differ in what they let through. Checklist E-J41.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ERAS, type Era, rpc } from '../support/mcp.ts'
import { speak } from '../support/raw-http.ts'
import { RUNTIMES, type ServerProcess, startServer } from '../support/server-process.ts'

describe.each([...RUNTIMES])('%s', (runtime) => {
  let server: ServerProcess
  let token: string
  beforeAll(async () => {
    server = await startServer(runtime)
    const response = await fetch(`${server.localStytch}/local/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'access', user: 'ada@example.com', scope: 'openid' }),
    })
    token = ((await response.json()) as { token: string }).token
  }, 60_000)
  afterAll(() => server?.stop())

  /** Calls whoami with a name in the header, each character of which is one byte. */
  async function call(era: Era, name: string) {
    const { headers, body } = rpc(era, 'tools/call', { name: 'whoami', arguments: {} }, token)
    const lines = {
      Host: new URL(server.url).host,
      ...(headers as Record<string, string>),
      'Content-Length': `${(body as string).length}`,
      'Mcp-Name': name,
    }
    const head = Object.entries(lines).map(([key, value]) => `${key}: ${value}`)
    const { responses, closed } = await speak(
      server.url,
      `POST /mcp HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`,
    )
    return { status: responses[0]?.status ?? (closed ? 400 : undefined), body: responses[0]?.body }
  }

  test.each([...ERAS])('%s: the name itself is served', async (era) => {
    const { status, body } = await call(era, 'whoami')
    expect(status).toBe(200)
    expect(body).toContain('user-test-')
  })

  test.each([
    ['Latin-1', 'whoam\xed'],
    ['UTF-8', 'whoam\xc3\xad'],
    ['a control character', 'who\x01ami'],
    ['NUL', 'whoami\0'],
    ['a delete', 'whoami\x7f'],
    ['a fold', 'who\r\n ami'],
  ])('E-J41 %s is 400 in 2026, and nothing is told', async (_, name) => {
    const { status, body = '' } = await call('modern', name)
    expect(status).toBe(400)
    expect(body).not.toContain('user-test-')
  })

  test('E-J41 in 2025 a name of 8-bit bytes means nothing', async () => {
    expect((await call('legacy', 'whoam\xed')).status).toBe(200)
  })
})
