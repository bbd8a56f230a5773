/** What the server is allowed under Deno: no more than it says, and less is refused, not guessed. */
import { describe, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { variables } from '../../src/config-variables.ts'
import { freePorts } from '../support/free-ports.ts'

const ROOT = resolve(import.meta.dir, '../..')
const NAMES = Object.keys(variables.shape)

test('docs/runtimes.md names every variable in its command', async () => {
  const text = await Bun.file(join(ROOT, 'docs/runtimes.md')).text()
  const [, named = ''] = /--allow-env=([A-Z_,\\\s]+)/.exec(text) ?? []
  expect(named.split(/[,\\\s]+/).filter((name) => name !== '')).toEqual(NAMES)
})

describe('a variable it may not read could be the one that forbids something', () => {
  test.each(['READ_ONLY', 'ALLOWED_CLIENTS'])(
    'without %s it does not start',
    async (name) => {
      const [port, local] = (await freePorts(2)) as [number, number]
      const child = Bun.spawn(
        [
          join(ROOT, 'node_modules/.bin/deno'),
          'run',
          '--no-prompt',
          '--cached-only',
          `--allow-net=localhost:${port},localhost:${local},127.0.0.1:${port},127.0.0.1:${local}`,
          `--allow-env=${NAMES.filter((each) => each !== name)}`,
          join(ROOT, 'src/runtime/deno.ts'),
        ],
        {
          env: { PATH: process.env.PATH ?? '', PORT: `${port}`, LOCAL_STYTCH_PORT: `${local}` },
          stdin: 'ignore',
          stdout: 'ignore',
          stderr: 'pipe',
        },
      )
      expect(await new Response(child.stderr).text()).toContain(`"${name}"`)
      expect(await child.exited).toBe(1)
    },
    20_000,
  )
})
