/** On Node's own HTTP server, bundled as one would for a deployment. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { type Example, startExample } from '../support/example-process.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

const ROOT = resolve(import.meta.dir, '../..')
const GUARD = join(ROOT, 'tests/support/egress-guard.mjs')
const OUTFILE = join(ROOT, 'dist/examples/node-http.js')

async function onNode(file: string): Promise<string[]> {
  await build({
    entryPoints: [file],
    outfile: OUTFILE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  return ['node', '--import', GUARD, OUTFILE]
}

let example: Example
beforeAll(async () => {
  example = await startExample('node-http/server.ts', { command: onNode })
})
afterAll(() => example.stop())

test.each(ERAS)('it serves: %s', async (era) => {
  const init = rpc(era, 'tools/call', { name: 'whoami' }, await example.stytch.token())
  const { result } = await answer(await example.send('/mcp', init))
  expect(result?.structuredContent).toMatchObject({ email: 'ada@example.com' })
})

test('it answers whoever has no token, and says it is healthy', async () => {
  expect((await example.send('/mcp', { method: 'POST' })).status).toBe(401)
  expect((await example.send('/healthz')).status).toBe(200)
})

test('it ends when it is asked to', async () => {
  expect(await example.terminate()).toBe(0)
})
