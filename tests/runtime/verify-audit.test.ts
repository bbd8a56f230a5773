/** D6.04: the command an operator runs over a log. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { lateTrail, principal } from '../support/audited.ts'
import { createFixture } from '../support/fixture.ts'
import { rpc } from '../support/mcp.ts'
import { recorded } from '../support/trail.ts'

const COMMAND = [
  process.execPath,
  join(resolve(import.meta.dir, '../..'), 'src/cli/verify-audit.ts'),
]

async function verify(lines: readonly string[]): Promise<[number, string]> {
  const child = Bun.spawn(COMMAND, { stdin: new Blob([`${lines.join('\n')}\n`]), stdout: 'pipe' })
  return [await child.exited, await new Response(child.stdout).text()]
}

describe('verify-audit', () => {
  let log: string[]
  beforeAll(async () => {
    const fixture = createFixture()
    const token = await fixture.token()
    for (let i = 0; i < 3; i++) {
      const call = rpc('modern', 'tools/call', { name: 'whoami', arguments: {} }, token)
      await (await fixture.send('/mcp', call)).text()
    }
    await recorded(fixture, 3)
    log = [...fixture.lines, ...fixture.trail.lines]
  })

  test('a whole trail among other lines', async () => {
    expect(await verify(log)).toEqual([0, '3 records of 1 run, all in order.\n'])
  })

  test('a record that was changed', async () => {
    const changed = log.map((line, i) =>
      i === log.length - 2 ? line.replace('whoami', 'whoamy') : line,
    )
    expect(await verify(changed)).toEqual([1, `Line ${log.length - 1} is not as it was written.\n`])
  })

  test('one of records written together that was changed', async () => {
    const { audit, lines, flush } = lateTrail()
    for (const id of [1, 2, 3]) {
      const call = { correlationId: `request-${id}`, principal, tool: 'whoami', scopes: [] }
      void audit.outcome(call, { outcome: 'ok', durationMs: 1 })
    }
    flush()
    expect(await verify(lines)).toEqual([0, '3 records of 1 run, all in order.\n'])
    const changed = lines.with(1, lines[1]?.replace('whoami', 'whoamy') as string)
    expect(await verify(changed)).toEqual([
      1,
      'A record in lines 1 to 3 is not as it was written.\n',
    ])
    expect(await verify(lines.slice(0, 2))).toEqual([
      1,
      'Line 1 is vouched for by no record after it.\n',
    ])
  })

  test('a record that is gone', async () => {
    const [status, says] = await verify(log.toSpliced(log.length - 2, 1))
    expect([status, says]).toEqual([
      1,
      `Line ${log.length - 1} follows a record that is not there.\n`,
    ])
  })
})
