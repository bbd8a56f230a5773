/** `docs/deploy` is copied from: its commands, files and variables are those there are. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Glob } from 'bun'
import { LOCAL_PROJECT, loadConfig } from '../../src/config.ts'
import { variables } from '../../src/config-variables.ts'
import { parseDockerfile } from './dockerfile.ts'
import { run } from './process.ts'
import { secondsToStop } from './stopping.ts'

const ROOT = resolve(import.meta.dir, '../..')
const FOLDER = join(ROOT, 'docs/deploy')
/** Another test's: it is about what servers share. */
const OTHERS = ['shared-state.md']

const names = (await Array.fromAsync(new Glob('*.md').scan({ cwd: FOLDER })))
  .filter((name) => !OTHERS.includes(name))
  .sort()
const pages = new Map<string, string>()
for (const name of names) pages.set(name, await Bun.file(join(FOLDER, name)).text())

const blocks = (language: string) =>
  [...pages].flatMap(([name, text]) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
      ([, block]) => ({ name, block: block as string }),
    ),
  )
const commands = blocks('sh').flatMap(({ block }) => block.trim().split('\n'))

/** Run by the tests beside this one. */
const PROVEN = [
  'npm ci',
  'npx bun deploy/build-binary.ts',
  'npx bun deploy/registry-entry.ts com.example > dist/server.json',
]
/** Run below, in a folder that stands for the root of the machine. */
const INSTALL = /^sudo install /
/** Needs a machine, an engine or an account of the reader's own. */
const ELSEWHERE = [
  /^sudoedit \/etc\/stytch-mcp\/environment$/,
  /^sudo systemctl enable --now stytch-mcp$/,
  /^journalctl --unit stytch-mcp$/,
  /^curl --header 'Host: mcp\.example\.com' http:\/\/127\.0\.0\.1:3000\/readyz$/,
  /^docker (build|run) /,
  /^fly (launch|secrets set|deploy) /,
  /^deno deploy create$/,
]

test('there is a page for each way', () => {
  expect(names).toEqual([
    'deno-deploy.md',
    'docker.md',
    'fly-railway.md',
    'registry.md',
    'reverse-proxy.md',
    'vps.md',
    'workers.md',
  ])
})

test('every command is one this test knows', () => {
  const unknown = commands.filter(
    (line) =>
      !PROVEN.includes(line) && !INSTALL.test(line) && !ELSEWHERE.some((known) => known.test(line)),
  )
  expect(unknown).toEqual([])
  for (const known of [...ELSEWHERE, INSTALL]) {
    expect([known, commands.some((line) => known.test(line))]).toEqual([known, true])
  }
})

test('every link leads to a file', async () => {
  for (const [name, text] of pages) {
    for (const [, path] of text.matchAll(/\]\((?!https:)([^)#]+)/g)) {
      const there = await Bun.file(join(FOLDER, path as string)).exists()
      expect([name, path, there]).toEqual([name, path, true])
    }
  }
})

test('docker is told of files and stages there are', async () => {
  const stages = parseDockerfile(await Bun.file(join(ROOT, 'deploy/Dockerfile')).text())
  for (const line of commands.filter((line) => line.startsWith('docker build'))) {
    expect(line).toContain('--file deploy/Dockerfile ')
    const target = / --target (\S+)/.exec(line)?.[1]
    if (target !== undefined) expect(stages.map(({ name }) => name)).toContain(target)
  }
  const health = stages.at(-1)?.instructions.find(({ name }) => name === 'HEALTHCHECK')?.value
  const check = blocks('text').map(({ block }) => block.trim())
  expect(check).toEqual([health?.replace(/^.* CMD /, '').replaceAll(/[",[\]]/g, '') as string])
})

describe('variables', () => {
  /** What the reader puts in place of what is left open. */
  const THEIRS: Record<string, string> = {
    STYTCH_PROJECT_ID: LOCAL_PROJECT.projectId.replace('-test-', '-live-'),
    STYTCH_PUBLIC_TOKEN: LOCAL_PROJECT.publicToken.replace('-test-', '-live-'),
    STYTCH_DOMAIN: 'https://word-word-1234.customers.stytch.com',
    MCP_STATE_KEY: 'k'.repeat(44),
  }
  const files = blocks('ini').map(({ name, block }) => [name, block] as const)

  test('are documented in three files', () => expect(files).toHaveLength(3))

  test.each(files)('of %s are a complete production configuration', (_, block) => {
    const set = block
      .trim()
      .split('\n')
      .map((line) => /^([A-Z_]+)=(.+)$/.exec(line)?.slice(1) as [string, string])
    const env = Object.fromEntries(
      set.map(([name, value]) => [name, value.includes('…') ? THEIRS[name] : value]),
    )
    for (const [name, value] of Object.entries(env)) {
      expect([name, Object.hasOwn(variables.shape, name), value]).toEqual([
        name,
        true,
        expect.any(String),
      ])
    }
    const config = loadConfig({ ...env, NODE_ENV: 'production' })
    expect(config.publicUrl).toBe(env.PUBLIC_URL as string)
  })
})

describe('sudo install', () => {
  let machine: string
  beforeAll(async () => {
    machine = await mkdtemp(join(tmpdir(), 'stytch-mcp-machine-'))
  })
  afterAll(() => rm(machine, { recursive: true }))

  test('puts every file where the unit looks for it, readable by whom it should be', async () => {
    const built = await run([process.execPath, 'deploy/build-binary.ts'], { cwd: ROOT })
    expect(built.code).toBe(0)
    for (const line of commands.filter((line) => INSTALL.test(line))) {
      const moved = line
        .replace('sudo ', '')
        .replaceAll(/ (\/(?:usr|etc)\/\S+)/g, (_, path) => ` ${machine}${path}`)
      expect(await run(['sh', '-c', moved], { cwd: ROOT })).toEqual({ code: 0, text: '' })
    }
    const unit = await Bun.file(join(machine, 'etc/systemd/system/stytch-mcp.service')).text()
    const [, program] = /^ExecStart=(.*)$/m.exec(unit) as RegExpExecArray
    const [, environment] = /^EnvironmentFile=(.*)$/m.exec(unit) as RegExpExecArray
    const mode = async (path: string) =>
      ((await stat(join(machine, path))).mode & 0o777).toString(8)
    expect(await mode(program as string)).toBe('755')
    expect(await mode(environment as string)).toBe('600')
    expect(await mode('/etc/stytch-mcp')).toBe('700')
  }, 30_000)
})

describe('platforms', () => {
  const only = (language: string) => {
    const [first, ...more] = blocks(language)
    expect(more).toEqual([])
    return (first as { block: string }).block
  }

  test('Fly.io waits for the server to end, and finds its port and Dockerfile', async () => {
    const fly = Bun.TOML.parse(only('toml')) as Record<string, never> & {
      readonly kill_timeout: number
      readonly kill_signal: string
      readonly build: { readonly dockerfile: string }
      readonly env: Record<string, string>
      readonly http_service: { readonly internal_port: number }
      readonly checks: { readonly alive: { readonly port: number } }
    }
    expect(fly.kill_timeout).toBeGreaterThan(await secondsToStop())
    expect(fly.kill_signal).toBe('SIGTERM')
    expect(fly.http_service.internal_port).toBe(loadConfig({}).listen.port)
    expect(fly.checks.alive.port).toBe(fly.http_service.internal_port)
    expect(await Bun.file(join(ROOT, fly.build.dockerfile)).exists()).toBe(true)
    for (const name of Object.keys(fly.env)) expect(Object.keys(variables.shape)).toContain(name)
  })

  test('Railway waits for the server to end, and finds its Dockerfile', async () => {
    const { build, deploy } = JSON.parse(only('json'))
    expect(deploy.drainingSeconds).toBeGreaterThan(await secondsToStop())
    expect(await Bun.file(join(ROOT, build.dockerfilePath)).exists()).toBe(true)
  })
})
