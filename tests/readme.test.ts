/** README is for a stranger who copies commands: every one of them is run here, or known not to be. */
import { afterEach, describe, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { variables } from '../src/config-variables.ts'
import { freePorts } from './support/free-ports.ts'

const ROOT = resolve(import.meta.dir, '..')
const README = await Bun.file(join(ROOT, 'README.md')).text()
const COMMANDS = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) =>
  (block as string).trim().split('\n'),
)

/** Run by whoever runs this test, or needing a program or an account of the reader's own. */
const ELSEWHERE = [/^npm ci$/, /^npm test$/, /^claude mcp add /, /^export [A-Z_]+=\S+$/]
const STARTS = ['npm start', 'npm run start:node', 'npm run start:deno']
const CURL = 'curl -i http://localhost:3000/mcp'

let child: ReturnType<typeof Bun.spawn> | undefined
afterEach(async () => {
  if (child === undefined) return
  // npm starts a shell that starts the server: all of them go.
  process.kill(-child.pid, 'SIGTERM')
  await child.exited
  child = undefined
})

/** Runs a start command on free ports and waits for its banner. */
async function start(command: string): Promise<{ port: number; output: string }> {
  const [port, local] = (await freePorts(2)) as [number, number]
  const { NODE_ENV: _, ...env } = process.env
  const running = Bun.spawn(['sh', '-c', command], {
    cwd: ROOT,
    detached: true,
    env: { ...env, PORT: `${port}`, LOCAL_STYTCH_PORT: `${local}` },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  child = running
  let output = ''
  for await (const chunk of running.stdout) {
    output += new TextDecoder().decode(chunk)
    if (output.includes(`claude mcp add --transport http stytch http://localhost:${port}/mcp`))
      break
  }
  return { port, output }
}

test('every command is one this test knows', () => {
  const unknown = COMMANDS.filter(
    (line) =>
      !STARTS.includes(line) && line !== CURL && !ELSEWHERE.some((pattern) => pattern.test(line)),
  )
  expect(unknown).toEqual([])
  expect(COMMANDS).toEqual(expect.arrayContaining([...STARTS, CURL, 'npm ci', 'npm test']))
})

test('every variable it sets exists', () => {
  const names = COMMANDS.flatMap((line) => /^export ([A-Z_]+)=/.exec(line)?.[1] ?? [])
  expect(names.filter((name) => !Object.hasOwn(variables.shape, name))).toEqual([])
  expect(names).not.toBeEmpty()
})

describe.each(STARTS)('%s', (command) => {
  test('starts the server and says where it is; curl shows the documented challenge', async () => {
    const { port, output } = await start(command)
    expect(output).toContain('Sign in as    ada@example.com  with password  local-stytch')

    const curl = Bun.spawn(['sh', '-c', CURL.replace('3000', `${port}`)], { stderr: 'ignore' })
    const answer = await new Response(curl.stdout).text()
    const documented =
      /```\n(HTTP\/1\.1 401[\s\S]*?)```/.exec(README)?.[1]?.trim().split('\n') ?? []
    expect(documented).toHaveLength(2)
    for (const line of documented) {
      expect(answer.toLowerCase()).toContain(line.replace('3000', `${port}`).toLowerCase())
    }
  }, 60_000)
})

test('every link leads to a file', async () => {
  for (const [, path] of README.matchAll(/\]\((docs\/[^)#]+)\)/g)) {
    expect([path, await Bun.file(join(ROOT, path as string)).exists()]).toEqual([path, true])
  }
})

test('the dependency table is package.json', async () => {
  const { dependencies } = await Bun.file(join(ROOT, 'package.json')).json()
  const table = README.slice(README.indexOf('## Runtime dependencies'))
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
    [...(cell as string).matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(named.sort()).toEqual(Object.keys(dependencies).sort())
})

test('versions agree', async () => {
  const { VERSION } = await import('../src/index.ts')
  for (const file of ['package.json', 'deno.json']) {
    expect((await Bun.file(join(ROOT, file)).json()).version).toBe(VERSION)
  }
})
