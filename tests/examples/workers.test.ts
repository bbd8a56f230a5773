/** As a Worker, in the real workerd, with Local Stytch on a port of this machine. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { type LocalStytchKit, localStytch } from '../../src/testing.ts'
import { freePorts } from '../support/free-ports.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { bundleWorker } from '../support/worker-bundle.ts'
import { startWorkerd, type Workerd } from '../support/worker-process.ts'

const FILE = resolve(import.meta.dir, '../../examples/workers/worker.ts')

let url: string
let stytch: LocalStytchKit
let beside: ReturnType<typeof Bun.serve>
let workerd: Workerd
beforeAll(async () => {
  const [port, localPort] = (await freePorts(2)) as [number, number]
  url = `http://localhost:${port}`
  stytch = localStytch({ port: localPort, publicUrl: url })
  beside = Bun.serve({ hostname: '127.0.0.1', port: localPort, fetch: stytch.handler })
  workerd = await startWorkerd({
    port,
    module: await bundleWorker(FILE),
    env: { PORT: `${port}`, LOCAL_STYTCH_PORT: `${localPort}` },
  })
  while ((await fetch(url).catch(() => undefined)) === undefined) await Bun.sleep(20)
})
afterAll(async () => {
  await workerd.stop()
  await beside.stop(true)
})

test.each(ERAS)('it knows who is calling: %s', async (era) => {
  const token = await stytch.token()
  const init = rpc(era, 'tools/call', { name: 'whereAmI' }, token)
  const { result } = await answer(await fetch(`${url}/mcp`, init))
  expect(result?.structuredContent).toEqual({
    client: 'connected-app-test-c11e0000-2026-4440-9abc-000000000003',
    subject: 'user-test-ada00000-1815-4210-9abc-000000000001',
  })
})

test('who has no token is told where to read about it, and it is there', async () => {
  const refused = await fetch(`${url}/mcp`, { method: 'POST' })
  expect(refused.status).toBe(401)
  const [, metadata = ''] =
    /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? []
  expect((await (await fetch(metadata)).json()).resource).toBe(`${url}/mcp`)
})
