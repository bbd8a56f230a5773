/** `npm run bench`: measures what is asked for, prints it, and with `--write` records it. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BENCH, ROOT } from './bundle.ts'
import { measureStarts } from './cold-start.ts'
import {
  type Asking,
  compareConnections,
  compareTokens,
  compareTools,
  compareWorks,
} from './comparisons.ts'
import { DOCUMENT, performanceDocument, RESULTS } from './document.ts'
import { autocannon } from './load/autocannon.ts'
import type { Load } from './load/load.ts'
import { wrk } from './load/wrk.ts'
import { thisMachine } from './machine.ts'
import { type Options, type Part, readOptions, USAGE } from './options.ts'
import { PINNED } from './pinned.ts'
import { type Compared, type Comparison, type Method, merged, type Results } from './results.ts'
import { measureSizes } from './sizes.ts'
import { startStage } from './stage.ts'
import {
  asText,
  type Cells,
  isDoubtful,
  percent,
  scalingCells,
  sizeCells,
  startCells,
  uptimeCells,
  workCells,
} from './tables.ts'
import { watchMemory } from './uptime.ts'

/** Where results go that are not to be recorded. */
const SCRATCH = join(ROOT, 'dist/bench/results.json')

const options = understood(process.argv.slice(2))
if (
  options.generator === 'autocannon' ||
  options.rows.some(({ entry }) => entry.startsWith('peers/'))
) {
  await installPeers()
}
const load = await generator(options.generator)
const machine = thisMachine()
const stage = await startStage()
const asking: Asking = {
  ...options,
  load,
  stage,
  says: (step) => process.stderr.write(`▸ ${step}\n`),
}
const path = options.write ? RESULTS : SCRATCH
let results: Results = await earlier(path)

const RUN: Record<Part, () => Promise<void>> = {
  async sizes() {
    const lines = await measureSizes()
    await keep({ work: {}, sizes: { at: now(), lines } })
    print('Sizes', sizeCells(lines))
  },
  async start() {
    const lines = await measureStarts(options.rounds, asking)
    await keep({ work: {}, start: { ...method(), seconds: 0, lines } })
    print('From start to first answer', startCells(lines))
  },
  work: () =>
    compareWorks(options.works, asking, async (work, compared) => {
      const table = comparison(compared)
      await keep({ work: { [work]: table } })
      print(work, workCells(table), table)
    }),
  async tools() {
    const table = comparison(await compareTools([1, 24, 120], asking))
    await keep({ work: {}, tools: table })
    print('By tools', scalingCells(table, 'tools'), table)
  },
  async connections() {
    const table = comparison(await compareConnections([1, 16, 256], asking))
    await keep({ work: {}, connections: table })
    print('By connections', scalingCells(table, 'connections'), table)
  },
  async tokens() {
    const counts = [1, 1_000, 100_000].filter((count) => count < options.tokens)
    const table = comparison(await compareTokens([...counts, options.tokens], asking))
    await keep({ work: {}, tokens: table })
    print('By tokens', scalingCells(table, 'tokens'), table)
  },
  async uptime() {
    const lines = await watchMemory(options.calls, asking)
    await keep({ work: {}, uptime: { ...method(), lines } })
    print('Memory', uptimeCells(lines))
  },
}

try {
  process.stdout.write(`${load.name}${PINNED ? ', pinned' : ''}; ${JSON.stringify(machine)}\n`)
  for (const part of options.parts) await RUN[part]()
} finally {
  await stage.stop()
}
process.exit(0)

function understood(args: string[]): Options {
  try {
    return readOptions(args)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`)
    process.exit(2)
  }
}

async function installPeers(): Promise<void> {
  const place = join(BENCH, 'peers')
  if (existsSync(join(place, 'node_modules'))) return
  process.stderr.write('▸ npm ci in tests/bench/peers\n')
  const npm = Bun.spawn(['npm', 'ci', '--silent'], { cwd: place, stdout: 'ignore' })
  if ((await npm.exited) !== 0) throw new Error('npm ci failed in tests/bench/peers')
}

async function generator(wanted: Options['generator']): Promise<Load> {
  const found = wanted === 'autocannon' ? undefined : wrk()
  if (found !== undefined) return found
  if (wanted === 'wrk') throw new Error('There is no wrk here.')
  await installPeers()
  return autocannon()
}

function now(): string {
  return new Date().toISOString()
}

function method(): Method {
  const { rounds, seconds } = options
  return { at: now(), machine, load: load.name, pinned: PINNED, rounds, seconds }
}

function comparison(compared: Compared): Comparison {
  return { ...method(), ...compared }
}

async function earlier(file: string): Promise<Results> {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : { work: {} }
}

/** Each table as soon as there is one: a run takes long, and may end early. */
async function keep(more: Results): Promise<void> {
  results = merged(results, more)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(results, null, 2)}\n`)
  if (options.write) await writeFile(DOCUMENT, performanceDocument(results))
}

function print(title: string, cells: Cells, compared?: Compared): void {
  const doubt = compared?.lines.some(isDoubtful)
    ? '\n* the load generator was the limit, or answers failed'
    : ''
  const noise = compared && `\nother programs took ${percent(compared.elsewhere)} of the machine`
  process.stdout.write(`\n${title}\n${asText(cells)}${doubt}${noise ?? ''}\n`)
}
