/** `deploy/Dockerfile`: what it says, and what comes of doing it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { freePorts } from '../support/free-ports.ts'
import { execForm, parseHealthcheck } from './dockerfile.ts'
import { lintDockerfile } from './dockerfile-lint.ts'
import { build, buildContext, type Context, type Image } from './image.ts'
import { isThere, program, run, type Served, serve } from './process.ts'
import { secondsToStop } from './stopping.ts'

const ROOT = resolve(import.meta.dir, '../..')
const DOCKERFILE = await Bun.file(join(ROOT, 'deploy/Dockerfile')).text()

const NAME = 'mcp.example.com'
/** A complete production configuration; its Stytch is a port of this machine where nobody listens. */
const GIVEN = {
  PUBLIC_URL: `https://${NAME}`,
  STYTCH_PROJECT_ID: LOCAL_PROJECT.projectId,
  STYTCH_PUBLIC_TOKEN: LOCAL_PROJECT.publicToken,
  STYTCH_DOMAIN: 'https://localhost:9',
}

const context: Context = await buildContext(ROOT)
const has = (path: string) => context.files.some((f) => f === path || f.startsWith(`${path}/`))

describe('what it says', () => {
  test('nothing is wrong with it', () => {
    expect(lintDockerfile(DOCKERFILE, { has })).toEqual([])
  })

  const WRONG: [string, (text: string) => string, string][] = [
    ['a rolling base', (t) => t.replace(/^FROM debian\S+/m, 'FROM debian:bookworm'), 'pinned'],
    ['no tag', (t) => t.replace(/^FROM node\S+/m, 'FROM node'), 'pinned'],
    ['a stage without a name', (t) => t.replace(' AS server', ''), 'no name'],
    ['one stage', (t) => t.slice(0, t.indexOf('FROM scratch')), 'one stage'],
    ['ADD', (t) => t.replace('COPY ui ./ui', 'ADD https://example.com/ui ./ui'), 'ADD'],
    ['everything copied', (t) => t.replace('COPY ui ./ui', 'COPY . .'), 'everything'],
    ['a path that is not there', (t) => t.replace('COPY ui ./ui', 'COPY u ./ui'), 'no u'],
    ['a stage that is not there', (t) => t.replace('COPY --from=build', 'COPY --from=b'), 'no b'],
    ['root', (t) => t.replace(/^USER .*/m, 'USER root'), 'root'],
    ['no user', (t) => t.replace(/^USER .*/m, ''), 'root'],
    ['a user by name', (t) => t.replace(/^USER .*/m, 'USER nobody'), 'numbers'],
    ['USER too late', (t) => t.replace(/^(USER .*)\n([\s\S]*)/m, '$2\n$1\n'), 'before USER'],
    ['a shell around CMD', (t) => t.replace(/^CMD .*/m, 'CMD stytch-mcp'), 'a shell'],
    ['no HEALTHCHECK', (t) => t.replace(/^HEALTHCHECK .*\n.*/m, ''), 'no HEALTHCHECK'],
    ['no STOPSIGNAL', (t) => t.replace(/^STOPSIGNAL .*/m, ''), 'no STOPSIGNAL'],
    [
      'a secret',
      (t) => t.replace('ENV HOST', 'ENV STYTCH_SECRET=x\nENV HOST'),
      'stay in the image',
    ],
    ['npm install', (t) => t.replace('npm ci', 'npm install'), 'npm ci'],
    [
      'a download',
      (t) => t.replace('RUN npm rebuild', 'RUN curl -O x && npm rebuild'),
      'downloaded',
    ],
  ]
  test.each(WRONG)('%s would be found', (_, spoil, finding) => {
    const spoiled = spoil(DOCKERFILE)
    expect(spoiled).not.toBe(DOCKERFILE)
    expect(lintDockerfile(spoiled, { has }).join('\n')).toContain(finding)
  })

  test('what enters the build holds no secret, nothing that is built, and no test', () => {
    const outside = /^(tests|docs|node_modules|dist|\.git)\/|(^|\/)\.env|\.gen\.ts$/
    expect(context.files.filter((path) => outside.test(path))).toEqual([])
    expect(context.files).toContain('src/runtime/bun.ts')
  })

  test('an engine that waits ten seconds, as they do, does not cut it short', async () => {
    expect(await secondsToStop()).toBeLessThan(10)
    expect(DOCKERFILE).toMatch(/^STOPSIGNAL SIGTERM$/m)
  })
})

describe('what comes of it', () => {
  let image: Image
  let scratch: string | undefined
  let port: number
  let env: Record<string, string>

  beforeAll(async () => {
    ;({ image, scratch } = await build(DOCKERFILE, context))
    ;[port] = (await freePorts(1)) as [number]
    env = { PATH: '/usr/bin:/bin', ...image.env, PORT: `${port}` }
  }, 180_000)
  afterAll(async () => {
    if (scratch !== undefined) await rm(scratch, { recursive: true })
  })

  /** A command of the image as its user, who is not root and owns nothing. */
  async function asUser(command: readonly string[]): Promise<string[]> {
    const outside = await image.outside(command)
    if (process.getuid?.() !== 0) return outside
    const [user, group] = (image.value('USER') as string).split(':')
    const drop = [`--reuid=${user}`, `--regid=${group}`, '--clear-groups', '--no-new-privs']
    return [program('setpriv', 'util-linux'), ...drop, ...outside]
  }
  const command = () => asUser(execForm(image.value('CMD') as string) as string[])
  async function health(more: Record<string, string> = {}): Promise<number> {
    const { command } = parseHealthcheck(image.value('HEALTHCHECK') as string)
    const as = { cwd: image.folder, env: { ...env, ...GIVEN, ...more } }
    return (await run(await asUser(command as string[]), as)).code
  }

  test('the image is the executable and what asks for its health', async () => {
    const files = await Array.fromAsync(new Bun.Glob('**/*').scan({ cwd: image.folder, dot: true }))
    expect(files.sort()).toEqual(['usr/local/bin/stytch-mcp', 'usr/local/lib/stytch-mcp/health.ts'])
  })

  test('without a Stytch project it does not start, and says what it needs', async () => {
    const { code, text } = await run(await command(), { cwd: image.folder, env })
    expect(code).toBe(1)
    for (const name of Object.keys(GIVEN)) expect(text).toContain(name)
  })

  test('it serves under its own name, is healthy while it does, and ends when asked', async () => {
    expect(await health()).toBe(1)
    const headers = { Host: NAME }
    const surroundings = { cwd: image.folder, env: { ...env, ...GIVEN } }
    const server: Served = await serve(await command(), surroundings, () =>
      isThere(`http://127.0.0.1:${port}/healthz`, { headers }),
    )
    try {
      const refused = await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toContain(`https://${NAME}/.well-known/`)
      expect(await health()).toBe(0)
      expect(await health({ PUBLIC_URL: 'https://other.example.com' })).toBe(1)
      expect(await server.terminate()).toBe(0)
      expect(await health()).toBe(1)
    } finally {
      await server.stop()
    }
  }, 30_000)
})
