/** The command `stytch-mcp`, from its sources: what it understands, and what it says to the rest. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { readArguments } from '../../src/cli/arguments.ts'
import { HELP } from '../../src/cli/help.ts'
import { loadConfig } from '../../src/config.ts'
import { variables } from '../../src/config-variables.ts'
import { VERSION } from '../../src/version.ts'
import { run } from '../deploy/process.ts'
import { ROOT } from './packed.ts'

const COMMAND = [process.execPath, join(ROOT, 'src/cli/stytch-mcp.ts')]
const SETTINGS = 'Settings are environment variables; stytch-mcp --help names them.'

test.each([
  [['--version'], 0, VERSION],
  [['-v'], 0, VERSION],
  [['--help'], 0, HELP.trim()],
  [['-h'], 0, HELP.trim()],
  [['help'], 0, HELP.trim()],
  [['verify-audit'], 0, '0 records of 0 runs, all in order.'],
  [['--port', '4000'], 2, `stytch-mcp knows no --port. ${SETTINGS}`],
  [['start'], 2, `stytch-mcp knows no such argument. ${SETTINGS}`],
  [[''], 2, `stytch-mcp knows no such argument. ${SETTINGS}`],
  [['toString'], 2, `stytch-mcp knows no such argument. ${SETTINGS}`],
  [['--version', '--verbose'], 2, 'stytch-mcp --version takes no --verbose.'],
  [
    ['verify-audit', 'server.log'],
    2,
    'stytch-mcp verify-audit takes no such argument. It reads standard input.',
  ],
])('%j: status %d', async (words, code, says) => {
  expect(await run([...COMMAND, ...words])).toEqual({ code, text: `${says}\n` })
})

test('what it does not understand is on standard error, what was asked for is not', async () => {
  for (const [word, stream] of [
    ['--nonsense', 'stderr'],
    ['--version', 'stdout'],
  ] as const) {
    const { stdout, stderr } = Bun.spawnSync([...COMMAND, word])
    const said = { stdout: `${stdout}` !== '', stderr: `${stderr}` !== '' }
    expect(said).toEqual({ stdout: stream === 'stdout', stderr: stream === 'stderr' })
  }
})

test('without a word the server is started', () => {
  expect(readArguments([])).toEqual({ does: 'serve' })
})

test('a secret in the wrong place is not repeated', () => {
  const secret = 'secret-live-0123456789abcdef'
  for (const words of [[secret], [`--secret=${secret}`], [`-${secret}=`], ['--help', secret]]) {
    const command = readArguments(words)
    expect([words, JSON.stringify(command)]).toEqual([words, expect.not.stringContaining('0123')])
    expect(command.does).toBe('nothing')
  }
})

test('its help names variables there are, and where it listens', () => {
  const named = [...HELP.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name as string)
  expect(named.length).toBeGreaterThan(4)
  expect(named.filter((name) => !Object.hasOwn(variables.shape, name))).toEqual([])
  expect(HELP).toContain(`\n${loadConfig({}).resource} `)
})
