/** The packed package in empty projects on each runtime: it loads, serves, and brings a command. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { localStytch, PEOPLE } from '../../src/testing.ts'
import { VERSION } from '../../src/version.ts'
import { expectMainJob } from '../deploy/main-job.ts'
import { isThere, run } from '../deploy/process.ts'
import { freePorts } from '../support/free-ports.ts'
import { rpc } from '../support/mcp.ts'
import { type Packed, packed, ROOT } from './packed.ts'
import { environment, runIn, serveIn } from './programs.ts'
import { install, type Project, type Runtime } from './projects.ts'

const BIN = join(ROOT, 'node_modules/.bin')
/** Milliseconds for a package manager that has to ask its registry. */
const PATIENCE = 120_000

/** The command, as users of each package manager start it. */
const COMMANDS: Record<Runtime, string[]> = {
  node: ['npx', 'stytch-mcp'],
  bun: [join(BIN, 'bun'), 'x', '--bun', 'stytch-mcp'],
  deno: [
    ...[join(BIN, 'deno'), 'run', '--no-prompt', '--cached-only', '--allow-net', '--allow-env'],
    `npm:stytch-mcp@${VERSION}`,
  ],
}

let made: Packed
beforeAll(async () => {
  made = await packed()
}, PATIENCE)

describe.each(['node', 'bun', 'deno'] as const)('an empty project on %s', (runtime) => {
  let project: Project
  let ports: { port: number; localPort: number }
  beforeAll(async () => {
    project = await install(runtime, made)
    const [port, localPort] = (await freePorts(2)) as [number, number]
    ports = { port, localPort }
  }, PATIENCE)
  afterAll(() => project?.remove())

  test('loads all of it and calls a tool', async () => {
    const { code, text } = await runIn(project, 'tests/package/first-call.ts')
    expect([code, text]).toEqual([0, expect.stringMatching(/^\{.*\}\n$/)])
    expect(JSON.parse(text)).toEqual({
      version: VERSION,
      refused: 401,
      challenge: expect.stringContaining('/.well-known/oauth-protected-resource/mcp"'),
      called: 200,
      answer: expect.stringContaining('ada@example.com'),
      oneClass: true,
      stores: ['function', 'function'],
    })
  }, 30_000)

  test('serves an app with a tool of its own beside Local Stytch', async () => {
    const url = `http://localhost:${ports.port}`
    const stytch = localStytch({ port: ports.localPort, publicUrl: url })
    const beside = Bun.serve({
      port: ports.localPort,
      hostname: '127.0.0.1',
      fetch: stytch.handler,
    })
    const app = await serveIn(project, 'examples/existing-app/app.ts', ports)
    try {
      const refused = await fetch(`${url}/mcp`, { method: 'POST' })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('WWW-Authenticate')).toContain(`${url}/.well-known/`)
      const call = rpc(
        'modern',
        'tools/call',
        { name: 'greet', arguments: {} },
        await stytch.token(),
      )
      const answer = await fetch(`${url}/mcp`, call)
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringContaining(`Hello, ${PEOPLE.ada.userId}.`),
      ])
    } finally {
      await app.stop()
      await beside.stop(true)
    }
  }, 30_000)

  test('has the command, which says its version and refuses what it does not know', async () => {
    const surroundings = { cwd: project.folder, env: environment(ports) }
    const asked = await run([...COMMANDS[runtime], '--version'], surroundings)
    expect([asked.code, asked.text]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${VERSION}\n`)),
    ])
    const refused = await run([...COMMANDS[runtime], '--nonsense'], surroundings)
    expect([refused.code, refused.text]).toEqual([
      2,
      expect.stringContaining('stytch-mcp knows no --nonsense.'),
    ])
  }, 30_000)

  test('has the command, which brings Local Stytch and does the main job', async () => {
    const server = Bun.spawn(COMMANDS[runtime], {
      cwd: project.folder,
      env: environment(ports),
      // Package managers start shells that start the server: all of them go.
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    try {
      const url = `http://localhost:${ports.port}`
      while (!(await isThere(`${url}/readyz`).catch(() => false))) {
        expect(server.exitCode).toBeNull()
        await Bun.sleep(20)
      }
      await expectMainJob(url, `http://localhost:${ports.localPort}`)
    } finally {
      process.kill(-server.pid, 'SIGKILL')
      await server.exited
    }
  }, 30_000)
})
