/**
 * The test command: formatting, types, a browser and servers to test with, then every test. Says what it
 * does; stops at the first step that fails. Arguments are handed to `bun test`.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findChromium } from './browser/chromium.ts'

const ROOT = resolve(import.meta.dir, '..')
const BIN = join(ROOT, 'node_modules/.bin')

async function step(
  says: string,
  command: string[],
  env: Record<string, string> = {},
): Promise<void> {
  process.stdout.write(`\n▸ ${says}\n`)
  const child = Bun.spawn(command, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const code = await child.exited
  if (code !== 0) process.exit(code)
}

/** Debian's Chromium when we may install it, Playwright's own build otherwise. */
async function installChromium(): Promise<void> {
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await step('No Chromium here: installing Debian’s with apt', ['apt-get', 'update', '-qq'], env)
    await step(
      'apt-get install chromium',
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
      env,
    )
    return
  }
  await step('No Chromium here: installing Playwright’s build', [
    join(BIN, 'playwright-core'),
    'install',
    'chromium',
  ])
}

/** Programs of others that tests work with, by the Debian package each comes in. */
const PROGRAMS = {
  'redis-server': 'redis-server',
  nginx: 'nginx-light',
  caddy: 'caddy',
  openssl: 'openssl',
  'systemd-analyze': 'systemd',
}

/** Installs those that are not here; where none can be installed, the test of each fails and names it. */
async function installPrograms(): Promise<void> {
  const path = `${process.env.PATH}:/usr/sbin`
  const missing = Object.entries(PROGRAMS).filter(
    ([name]) => Bun.which(name, { PATH: path }) === null,
  )
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const packages = missing.map(([, name]) => name)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const what = packages.join(', ')
  await step(`Not here: ${what}. Installing them with apt`, ['apt-get', 'update', '-qq'], env)
  await step(
    `apt-get install ${what}`,
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages],
    env,
  )
}

await step('Formatting and lint', [join(BIN, 'biome'), 'check', '.'])
await step('Types', [join(BIN, 'tsc')])
if (findChromium() === undefined) await installChromium()
await installPrograms()
await step('Tests', [
  process.execPath,
  'test',
  '--only-failures',
  '--preload',
  './tests/support/egress-guard.mjs',
  '--preload',
  './tests/support/canary-guard.ts',
  ...process.argv.slice(2),
])
