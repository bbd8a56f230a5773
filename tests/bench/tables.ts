/** The tables of a run, as cells: the terminal and docs/performance.md show the same ones. */
import type { ColdStartLine, Comparison, Line, Look, SizeLine, UptimeLine } from './results.ts'
import type { RowRuntime } from './rows.ts'

/** A table: its head, and its rows. */
export interface Cells {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export const TITLES: Record<RowRuntime, string> = {
  bun: 'Bun',
  node: 'Node.js',
  deno: 'Deno',
  workerd: 'workerd',
}

const MEASURED = ['Requests/s', 'Of the limit', 'p50', 'p99', 'CPU per call', 'RSS'] as const

/** Servers under the same work. */
export function workCells({ lines }: Comparison): Cells {
  return {
    head: ['Runtime', 'Server', ...MEASURED],
    rows: lines.map((line) => [TITLES[line.runtime], line.title, ...measured(line)]),
  }
}

/** Servers by one number. */
export function scalingCells(
  { lines }: Comparison,
  what: 'tools' | 'connections' | 'tokens',
): Cells {
  return {
    head: ['Runtime', 'Server', capitalized(what), ...MEASURED],
    rows: lines.map((line) => [
      TITLES[line.runtime],
      line.title,
      count(line[what]),
      ...measured(line),
    ]),
  }
}

export function uptimeCells(lines: readonly UptimeLine[]): Cells {
  return {
    head: [
      'Runtime',
      'Early',
      'RSS',
      'Middle',
      'RSS',
      'Late',
      'RSS',
      'Since early',
      'Since middle',
    ],
    rows: lines.map(({ runtime, early, middle, late }) => [
      TITLES[runtime],
      ...[early, middle, late].flatMap(({ calls, rss }) => [
        `${count(calls)} calls`,
        megabytes(rss),
      ]),
      change(early, late),
      change(middle, late),
    ]),
  }
}

function change(from: Look, to: Look): string {
  const part = to.rss / from.rss - 1
  return `${part < 0 ? '−' : '+'}${Math.abs(part * 100).toFixed(1)} %`
}

export function startCells(lines: readonly ColdStartLine[]): Cells {
  return {
    head: ['Runtime', 'Server', 'Median', 'Slowest'],
    rows: lines.map(({ runtime, what, median, slowest }) => [
      TITLES[runtime],
      what,
      `${median} ms`,
      `${slowest} ms`,
    ]),
  }
}

export function sizeCells(lines: readonly SizeLine[]): Cells {
  return {
    head: ['What', 'Bytes', 'gzip'],
    rows: lines.map(({ what, bytes, gzip }) => [what, kilobytes(bytes), kilobytes(gzip)]),
  }
}

/** For a terminal. */
export function asText({ head, rows }: Cells): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((cells) => (cells[column] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line).join('\n')
}

/** For a document. */
export function asMarkdown({ head, rows }: Cells): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

/** A line that says more about the generator than about the server, or of which something failed. */
export function isDoubtful({ generator, failures }: Line): boolean {
  return failures > 0 || generator > 0.9
}

function measured(line: Line): string[] {
  const { perSecond, ratio, p50, p99, cpu, rss, failures } = line
  const rate = count(perSecond) + (isDoubtful(line) ? '*' : '')
  return [
    failures > 0 ? `${rate} (${count(failures)} failed)` : rate,
    ratio === undefined ? '–' : ratio.toFixed(2),
    `${(p50 / 1000).toFixed(2)} ms`,
    `${(p99 / 1000).toFixed(2)} ms`,
    cpu === undefined ? '–' : `${cpu.toFixed(0)} µs`,
    rss === undefined ? '–' : megabytes(rss),
  ]
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1e3).toFixed(1)} kB`
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** A part of one, in hundredths. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`
}
