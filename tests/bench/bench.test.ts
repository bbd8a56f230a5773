/** The harness measures what it says it does. Nothing here looks at how fast anything is. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Contestant, compare, median } from './compare.ts'
import { compareWorks } from './comparisons.ts'
import { DOCUMENT, performanceDocument, RESULTS } from './document.ts'
import type { Load, LoadJob, LoadOutcome } from './load/load.ts'
import { outcome } from './load/wrk.ts'
import { PARTS, readOptions } from './options.ts'
import { merged, type Results } from './results.ts'
import { ROWS, type Row, type RowRuntime } from './rows.ts'
import type { Running } from './running.ts'
import { type Stage, startStage } from './stage.ts'
import { isDoubtful } from './tables.ts'
import { checkAnswer, fetchInit, wireRequest } from './work.ts'

const rowNamed = (name: string) => ROWS.find((row) => row.name === name) as Row

describe('servers under load', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await startStage()
  })
  afterAll(() => stage.stop())

  /** A few requests, one after the other. */
  const few: Load = {
    name: 'few',
    async run({ port, request, tokens, first }) {
      const requests = 20
      let failures = 0
      const began = performance.now()
      for (let at = first; at < first + requests; at += 1) {
        const init = fetchInit(request, tokens[at % tokens.length] as string)
        const response = await fetch(`http://127.0.0.1:${port}/mcp`, init)
        await response.arrayBuffer()
        if (response.status !== request.status) failures += 1
      }
      const seconds = (performance.now() - began) / 1000
      return { requests, seconds, p50: 1, p99: 2, failures, cpu: 0 }
    },
  }

  test.each<RowRuntime>(['bun', 'workerd'])(
    'a round of the echo and of this server on %s has every column',
    async (runtime) => {
      const found = new Map<string, Awaited<ReturnType<typeof compare>>>()
      const asking = {
        stage,
        rows: [rowNamed(`echo-${runtime}`), rowNamed(`ours-${runtime}`)],
        load: few,
        rounds: 1,
        seconds: 1,
        warmUp: 1,
        says: () => {},
      }
      await compareWorks(['tools/call', '401'], asking, async (work, compared) => {
        found.set(work, compared)
      })
      expect([...found.keys()]).toEqual(['tools/call', '401'])
      for (const { lines, elsewhere } of found.values()) {
        expect(elsewhere).toBeWithin(0, 1.01)
        expect(lines.map((line) => [line.row, line.runtime, line.role])).toEqual([
          [`echo-${runtime}`, runtime, 'limit'],
          [`ours-${runtime}`, runtime, 'ours'],
        ])
        expect(lines[0]?.ratio).toBe(1)
        for (const line of lines) {
          expect(line).toMatchObject({ tools: 24, connections: 16, tokens: 1, failures: 0 })
          expect(line.perSecond).toBeGreaterThan(0)
          expect(line.ratio).toBeGreaterThan(0)
          expect(isDoubtful(line)).toBe(false)
          if (process.platform === 'linux') {
            expect(line.cpu).toBeGreaterThanOrEqual(0)
            expect(line.rss).toBeGreaterThan(1e6)
          }
        }
      }
    },
    30_000,
  )

  test('tokens differ, stay the same when asked for again, and a forged one is none of them', async () => {
    const three = await stage.tokens(3)
    expect(new Set([...three, await stage.forged()]).size).toBe(4)
    expect(await stage.tokens(2)).toEqual(three.slice(0, 2))
  })
})

describe('an answer that is not the whole work is no answer', () => {
  const ours = { echoes: false, verifies: true, tools: 24 }
  const json = (value: unknown, init?: ResponseInit) => Response.json(value, init)
  const shortcuts = [
    ['tools/call', json({ result: { content: [] } })],
    ['tools/call', json({ error: { code: -32602, message: 'Unknown tool' } })],
    ['tools/call', json({}, { status: 500 })],
    ['tools/list', json({ result: { tools: [{ name: 'whoami', inputSchema: {} }] } })],
    ['server/discover', json({ result: {} })],
    ['initialize', json({ result: { protocolVersion: '2025-11-25', capabilities: {} } })],
    ['401', new Response(null, { status: 401 })],
    ['401', json({ result: {} })],
  ] as const

  test.each(shortcuts.map(([work, response]) => ({ work, response })))(
    'to $work',
    async ({ work, response }) => {
      const request = wireRequest(work, work === 'initialize' ? 'legacy' : 'modern', ours)
      await expect(checkAnswer(work, response, request, ours)).rejects.toThrow(work)
    },
  )

  test('an echo that changes a byte is none', async () => {
    const echo = { echoes: true, verifies: false, tools: 24 }
    const request = wireRequest('tools/call', 'modern', echo)
    const changed = new Response(request.body.replace('whoami', 'whoamI'))
    await expect(checkAnswer('tools/call', changed, request, echo)).rejects.toThrow('whoamI')
  })
})

describe('rounds', () => {
  /** Servers that answer so many requests in each of their turns, each after its warm-up. */
  function scripted(rates: Record<string, readonly number[]>) {
    const jobs: LoadJob[] = []
    const names = Object.keys(rates)
    const took = new Map<number, number>()
    const load: Load = {
      name: 'scripted',
      async run(job): Promise<LoadOutcome> {
        jobs.push(job)
        const turn = took.get(job.port) ?? 0
        took.set(job.port, turn + 1)
        const requests = rates[names[job.port] as string]?.[turn] as number
        return { requests, seconds: job.seconds, p50: requests, p99: turn, failures: 0, cpu: 0 }
      },
    }
    const contestants = names.map((name, port): Contestant => {
      const running = { row: rowNamed(name), tools: 24, port, cost: async () => undefined }
      return {
        running: running as unknown as Running,
        request: wireRequest('tools/call', 'modern', { echoes: false, verifies: true, tools: 24 }),
        tokens: ['a', 'b', 'c'],
        connections: 16,
      }
    })
    return { load, jobs, contestants }
  }

  test('medians of the rounds without the warm-up; the ratio is of the same round', async () => {
    const { load, contestants } = scripted({
      'echo-bun': [7, 100, 7, 1000, 7, 10],
      'ours-bun': [7, 50, 7, 100, 7, 9],
      'ours-node': [7, 1, 7, 2, 7, 3],
    })
    const { lines } = await compare(contestants, { load, rounds: 3, seconds: 1, warmUp: 1 })
    expect(lines.map(({ perSecond, slowest, fastest }) => [perSecond, slowest, fastest])).toEqual([
      [100, 10, 1000],
      [50, 9, 100],
      [2, 1, 3],
    ])
    // 0.5, 0.1 and 0.9; no limit was measured on Node.js.
    expect(lines.map(({ ratio }) => ratio)).toEqual([1, 0.5, undefined])
  })

  test('turns rotate, and tokens go on where they stopped', async () => {
    const { load, jobs, contestants } = scripted({
      'echo-bun': [1, 2, 3, 9],
      'ours-bun': [4, 5, 6, 9],
    })
    await compare(contestants, { load, rounds: 2, seconds: 3, warmUp: 2 })
    expect(jobs.map(({ port, first, seconds }) => [port, first, seconds])).toEqual([
      [0, 0, 2],
      [0, 1, 3],
      [1, 0, 2],
      [1, 4, 3],
      [1, 9, 2],
      [1, 15, 3],
      [0, 3, 2],
      [0, 6, 3],
    ])
  })

  test('a server that answers nothing ends the comparison', async () => {
    const { load, contestants } = scripted({ 'ours-bun': [0] })
    const measuring = { load, rounds: 1, seconds: 1, warmUp: 1 }
    await expect(compare(contestants, measuring)).rejects.toThrow('ours-bun: nothing was answered')
  })

  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2],
    [[5], 5],
  ])('the median of %p is %p', (values, middle) => {
    expect(median(values)).toBe(middle)
  })
})

describe('wrk', () => {
  const printed = (refused: number, broken: number) =>
    `Running 1s test\n{"requests":100,"microseconds":2000000,"p50":3,"p99":4,"refused":${refused},"broken":${broken}}\n`

  test.each([
    [200, 0, 0, 0],
    [200, 7, 2, 9],
    [401, 100, 0, 0],
    [401, 98, 1, 3],
  ])(
    'status %p wanted, %p refused, %p broken: %p failures',
    (status, refused, broken, failures) => {
      expect(outcome(printed(refused, broken), status)).toEqual({
        requests: 100,
        seconds: 2,
        p50: 3,
        p99: 4,
        failures,
      })
    },
  )

  test('no result is an error', () => {
    expect(() => outcome('unable to connect', 200)).toThrow('unable to connect')
  })
})

describe('the command line', () => {
  test('rows and work keep their order, and ask for that part alone', () => {
    const { rows, works, parts } = readOptions([
      '--rows',
      'ours-bun,echo-bun',
      '--work',
      'tools/call',
    ])
    expect(rows.map(({ name }) => name)).toEqual(['echo-bun', 'ours-bun'])
    expect({ works, parts }).toEqual({ works: ['tools/call'], parts: ['work'] })
  })

  test('without arguments everything runs but what nobody should run', () => {
    const { rows, parts } = readOptions([])
    expect(parts).toEqual(PARTS)
    expect(rows.map(({ name }) => name)).toContain('mcp-handler-node')
    expect(rows.filter(({ env }) => env !== undefined)).toEqual([])
  })

  test.each([
    [['--rows', 'ours-php'], 'ours-php is none of'],
    [['--work', 'tools'], 'tools is none of'],
    [['--parts', 'all'], 'all is none of'],
    [['--rounds', '0'], '0 is no count'],
    [['--generator', 'ab'], 'ab is neither'],
    [['--fast'], '--fast'],
  ])('%p is refused', (args, reason) => {
    expect(() => readOptions(args)).toThrow(reason)
  })
})

describe('the record', () => {
  const results = async (): Promise<Results> => Bun.file(RESULTS).json()

  test('docs/performance.md is made of results.json: npm run bench -- --write', async () => {
    expect(await Bun.file(DOCUMENT).text()).toBe(performanceDocument(await results()))
  })

  test('a table that is measured again replaces its own kind and no other', async () => {
    const recorded = await results()
    const sizes = { at: '2026-01-01', lines: [] }
    expect(merged(recorded, { work: {}, sizes })).toEqual({ ...recorded, sizes })
  })
})
