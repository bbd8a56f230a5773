/** `deploy/stytch-mcp.service`, as systemd's own tools read it. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { program, run } from './process.ts'
import { secondsToStop } from './stopping.ts'

const UNIT = resolve(import.meta.dir, '../../deploy/stytch-mcp.service')
/** Tenths of systemd's exposure level: 0 is a sealed box, 96 is what a unit without any of this has. */
const EXPOSURE = 15

const text = await Bun.file(UNIT).text()
const setting = (name: string) =>
  [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-unit-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The unit with something replaced, as a file of the same name. */
async function unit(pattern: string, replacement: string): Promise<string> {
  expect(text).toContain(pattern)
  const path = join(folder, 'stytch-mcp.service')
  await Bun.write(path, text.replace(pattern, replacement))
  return path
}

const analyze = (...args: string[]) =>
  run([program('systemd-analyze', 'systemd'), ...args, '--no-pager'])

test('systemd finds nothing wrong with it', async () => {
  // It asks whether the program is there, which on this machine another is.
  const path = await unit('/usr/local/bin/stytch-mcp', process.execPath)
  expect(await analyze('verify', path)).toEqual({ code: 0, text: '' })
})

test('systemd would have found a setting it does not know', async () => {
  const path = await unit('PrivateTmp=', 'PrivateTemp=')
  expect((await analyze('verify', path)).text).toContain('PrivateTemp')
})

test('what a break-in could reach is little', async () => {
  const offline = ['security', '--offline=true', `--threshold=${EXPOSURE}`]
  const hardened = await analyze(...offline, UNIT)
  expect([hardened.code, hardened.text.slice(hardened.text.lastIndexOf('→'))]).toEqual([
    0,
    expect.stringContaining('OK'),
  ])
  expect((await analyze(...offline, await unit('SystemCallFilter=', '#'))).code).not.toBe(0)
})

test('it waits for the server to end by itself', async () => {
  expect(Number(setting('TimeoutStopSec')[0])).toBeGreaterThan(await secondsToStop())
  expect(setting('KillSignal')).toEqual(['SIGTERM'])
})

test('no secret is in it: they come from a file that only root reads', () => {
  expect(setting('Environment')).toEqual(['NODE_ENV=production'])
  expect(setting('EnvironmentFile')).toEqual(['/etc/stytch-mcp/environment'])
})
