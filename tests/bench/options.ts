/** What the command line asks for. */
import { parseArgs } from 'node:util'
import { ROWS, type Row } from './rows.ts'
import { WORKS, type WorkName } from './work.ts'

/** The parts of a bench, in the order they run. */
export const PARTS = ['sizes', 'start', 'work', 'tools', 'connections', 'tokens', 'uptime'] as const

export type Part = (typeof PARTS)[number]

/** A bench. */
export interface Options {
  readonly parts: readonly Part[]
  readonly rows: readonly Row[]
  readonly works: readonly WorkName[]
  readonly rounds: number
  readonly seconds: number
  readonly warmUp: number
  /** Most different tokens, and calls of the uptime part. */
  readonly tokens: number
  readonly calls: number
  readonly generator: 'wrk' | 'autocannon' | undefined
  /** Whether the results are recorded in this folder and in docs/performance.md. */
  readonly write: boolean
}

/** How to ask. */
export const USAGE = `npm run bench -- [--quick] [--parts ${PARTS.join(',')}]
  [--rows ${ROWS.slice(0, 3)
    .map(({ name }) => name)
    .join(',')},…] [--work ${WORKS.join(',')}]
  [--rounds 5] [--seconds 3] [--tokens 100000] [--calls 1000000] [--generator wrk|autocannon] [--write]`

/**
 * Reads the arguments. Rows or work alone ask for the part they belong to; otherwise everything runs.
 *
 * @throws {Error} for what is not understood
 */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      parts: { type: 'string' },
      rows: { type: 'string' },
      work: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string' },
      tokens: { type: 'string', default: '100000' },
      calls: { type: 'string', default: '1000000' },
      generator: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  const { quick, write, generator } = values
  if (generator !== undefined && generator !== 'wrk' && generator !== 'autocannon') {
    throw new Error(`--generator: ${generator} is neither wrk nor autocannon.`)
  }
  const narrowed = values.rows !== undefined || values.work !== undefined
  const usualParts: readonly Part[] = quick
    ? ['sizes', 'start', 'work']
    : narrowed
      ? ['work']
      : PARTS
  const usualRows = ROWS.filter(({ usual, core }) => (quick ? core : usual))
  const names = ROWS.map(({ name }) => name)
  const named = values.rows && chosen('--rows', values.rows, names)
  const seconds = whole('--seconds', values.seconds ?? (quick ? '1' : '3'))
  return {
    parts: values.parts === undefined ? usualParts : chosen('--parts', values.parts, PARTS),
    rows: named ? ROWS.filter(({ name }) => named.includes(name)) : usualRows,
    works:
      values.work === undefined
        ? quick
          ? ['tools/call']
          : WORKS
        : chosen('--work', values.work, WORKS),
    rounds: whole('--rounds', values.rounds),
    seconds,
    warmUp: Math.max(1, Math.min(2, seconds)),
    tokens: whole('--tokens', values.tokens),
    calls: whole('--calls', values.calls),
    generator,
    write,
  }
}

/** Names with a comma between them, in the order of all names. */
function chosen<Name extends string>(option: string, value: string, all: readonly Name[]): Name[] {
  const named = value.split(',')
  const unknown = named.find((name) => !(all as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`${option}: ${unknown} is none of ${all.join(', ')}.`)
  return all.filter((name) => named.includes(name))
}

function whole(option: string, value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new Error(`${option}: ${value} is no count.`)
  return Number(value)
}
