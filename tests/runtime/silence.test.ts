/** Bun hangs up on connections that are silent; a stream that only listens is silent for as long as it lives. */
import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { join } from 'node:path'
import { rpc } from '../support/mcp.ts'
import { startServer } from '../support/server-process.ts'
import { readEvents } from '../support/session-client.ts'

const SHORT = join(import.meta.dir, '../support/short-silence.ts')

/** Resolves when the server has hung up on a connection that says nothing more. */
function hungUp(url: string): Promise<void> {
  const { hostname, port, host } = new URL(url)
  return new Promise((resolve) => {
    const idle = connect(Number(port), hostname)
    idle.on('error', () => {})
    idle.on('close', () => resolve())
    idle.resume()
    idle.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
}

test('a stream outlives the silence that ends a connection', async () => {
  const server = await startServer('bun', { BUN_OPTIONS: `--preload ${SHORT}` })
  try {
    const minted = await fetch(`${server.localStytch}/local/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'access', user: 'ada@example.com', scope: 'openid' }),
    })
    const { token } = (await minted.json()) as { token: string }
    const listen = rpc(
      'modern',
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      token,
    )
    const stream = readEvents(await fetch(`${server.url}/mcp`, listen))
    expect((await stream.next())?.method).toBe('notifications/subscriptions/acknowledged')
    const over = stream.next().then(
      () => 'ended',
      () => 'broken off',
    )
    // Twice as long as any connection lasts that was silent since after the stream was.
    const silence = hungUp(server.url).then(() => hungUp(server.url))
    expect(await Promise.race([over, silence.then(() => 'open')])).toBe('open')
    await stream.drop()
  } finally {
    await server.stop()
  }
}, 30_000)
