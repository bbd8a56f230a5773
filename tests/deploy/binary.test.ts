/** The single file that is deployed: it needs nothing beside it, and does what the server does. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import { expectMainJob } from './main-job.ts'
import { isThere, run, type Served, serve } from './process.ts'

const ROOT = resolve(import.meta.dir, '../..')
const BINARY = join(ROOT, 'dist/stytch-mcp')

let empty: string
let server: Served | undefined
let url: string
let localStytch: string

beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), 'stytch-mcp-binary-'))
  const built = await run([process.execPath, 'deploy/build-binary.ts'], { cwd: ROOT })
  expect(built).toEqual({ code: 0, text: expect.stringContaining('dist/stytch-mcp') })

  // With either of them read, the server would not start.
  await Bun.write(join(empty, '.env'), 'READ_ONLY=perhaps\n')
  await Bun.write(join(empty, 'bunfig.toml'), 'preload = ["./missing.ts"]\n')
  const [port, localPort] = (await freePorts(2)) as [number, number]
  url = `http://localhost:${port}`
  localStytch = `http://localhost:${localPort}`
  const env = { PORT: `${port}`, LOCAL_STYTCH_PORT: `${localPort}` }
  server = await serve([BINARY], { cwd: empty, env }, () => isThere(`${url}/healthz`))
}, 60_000)
afterAll(async () => {
  await server?.stop()
  await rm(empty, { recursive: true })
})

test('without credentials, in a folder without anything of its own, it brings Local Stytch and does the main job', async () => {
  expect(await isThere(`${url}/readyz`)).toBe(true)
  await expectMainJob(url, localStytch)
}, 30_000)

test('its pages are in it', async () => {
  const page = await (await fetch(`${url}/`)).text()
  const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path)
  expect(assets).not.toBeEmpty()
  for (const path of assets) expect(await isThere(`${url}${path}`)).toBe(true)
})

test('asked to end, it does, with status 0, and has left no file behind', async () => {
  expect(await server?.terminate()).toBe(0)
  expect(server?.output()).toContain(`MCP endpoint  ${url}/mcp`)
  expect((await readdir(empty)).sort()).toEqual(['.env', 'bunfig.toml'])
})

test('in production without credentials it says what is missing and does not start', async () => {
  const { code, text } = await run([BINARY], { cwd: empty, env: { NODE_ENV: 'production' } })
  expect(code).toBe(1)
  expect(text).toContain('STYTCH_PROJECT_ID')
  expect(text).toContain('PUBLIC_URL')
})
