/** The matrix of runtimes and behaviours: what is looked at where, and what was found. */
import {
  type Behaviour,
  EITHER,
  type Era,
  HOST_TITLES,
  HOSTS,
  type Host,
} from './behaviours/behaviour.ts'
import { GROUPS } from './behaviours/index.ts'

/** One look: whether a behaviour was there, by the name of {@link cellOf}. */
export type Findings = Map<string, boolean>

/** Names a look at a behaviour on a host in an era. */
export function cellOf(host: Host, { title }: Behaviour, era: Era): string {
  return JSON.stringify([host, title, era])
}

/** Looks, and writes down what was found. */
export async function found(findings: Findings, cell: string, look: () => Promise<void>) {
  findings.set(cell, false)
  await look()
  findings.set(cell, true)
}

/** What a suite without a failure finds. */
export function allFound(): Findings {
  const findings: Findings = new Map()
  for (const host of HOSTS) {
    for (const behaviour of GROUPS.flatMap(({ behaviours }) => behaviours)) {
      if (behaviour.without?.[host] !== undefined) continue
      for (const era of behaviour.eras) findings.set(cellOf(host, behaviour, era), true)
    }
  }
  return findings
}

/** The matrix for a terminal. */
export function matrixText(findings: Findings): string {
  const behaviours = GROUPS.flatMap(({ behaviours }) => behaviours)
  const width = Math.max(...behaviours.map(({ title }) => title.length))
  const line = (title: string, cells: readonly string[]) =>
    [title.padEnd(width), ...cells.map((cell) => cell.padEnd(10))].join('  ').trimEnd()
  return [
    line(
      '',
      HOSTS.map((host) => HOST_TITLES[host]),
    ),
    ...behaviours.map((one) =>
      line(
        one.title,
        HOSTS.map((host) => verdict(findings, host, one)),
      ),
    ),
  ].join('\n')
}

/** One row for each behaviour, and a note for each reason. */
export function matrixMarkdown(findings: Findings): string {
  const notes: string[] = []
  const cell = (host: Host, behaviour: Behaviour) => {
    const reason = behaviour.without?.[host]
    if (reason === undefined) return verdict(findings, host, behaviour)
    if (!notes.includes(reason)) notes.push(reason)
    return `–<sup>${notes.indexOf(reason) + 1}</sup>`
  }
  const rows = GROUPS.flatMap(({ title, behaviours }) => [
    [`**${title}**`, '', ...HOSTS.map(() => '')],
    ...behaviours.map((one) => [
      one.title,
      revisions(one),
      ...HOSTS.map((host) => cell(host, one)),
    ]),
  ])
  const head = ['', 'Revisions', ...HOSTS.map((host) => HOST_TITLES[host])]
  const table = [
    markdownRow(head),
    `|---|---|${HOSTS.map(() => ':-:|').join('')}`,
    ...rows.map(markdownRow),
  ].join('\n')
  return [table, ...notes.map((note, index) => `<sup>${index + 1}</sup> ${note}`)].join('\n\n')
}

/** One row for each group: how many of its behaviours hold. */
export function summaryMarkdown(findings: Findings): string {
  const rows = GROUPS.map(({ title, behaviours }) => [
    title,
    ...HOSTS.map((host) => {
      const there = behaviours.filter(({ without }) => without?.[host] === undefined)
      const kept = there.filter((one) => verdict(findings, host, one) === KEPT)
      return there.length === 0 ? '–' : `${kept.length} of ${there.length}`
    }),
  ])
  const head = ['', ...HOSTS.map((host) => HOST_TITLES[host])]
  return [
    markdownRow(head),
    `|---|${HOSTS.map(() => ':-:|').join('')}`,
    ...rows.map(markdownRow),
  ].join('\n')
}

const KEPT = '✓'

function verdict(findings: Findings, host: Host, behaviour: Behaviour): string {
  if (behaviour.without?.[host] !== undefined) return '–'
  const looks = behaviour.eras.map((era) => findings.get(cellOf(host, behaviour, era)))
  if (looks.includes(undefined)) return '?'
  return looks.includes(false) ? '✗' : KEPT
}

function revisions({ eras }: Behaviour): string {
  const named = { legacy: '2025', modern: '2026' }
  return eras === EITHER ? '' : eras.map((era) => named[era]).join(', ')
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
