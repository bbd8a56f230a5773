/** docs/performance.md, made of tests/bench/results.json and nothing else. */
import { join } from 'node:path'
import { BENCH, ROOT } from './bundle.ts'
import type { Comparison, Line, Method, Results } from './results.ts'
import {
  asMarkdown,
  type Cells,
  isDoubtful,
  percent,
  scalingCells,
  sizeCells,
  startCells,
  TITLES,
  uptimeCells,
  workCells,
} from './tables.ts'
import { WORKS, type WorkName } from './work.ts'

export const RESULTS = join(BENCH, 'results.json')
export const DOCUMENT = join(ROOT, 'docs/performance.md')

const HEADINGS: Record<WorkName, string> = {
  'tools/call': '`tools/call`',
  'tools/call-2025': '`tools/call`, revision 2025-11-25',
  'tools/list': '`tools/list`',
  'tools/list-2025': '`tools/list`, revision 2025-11-25',
  'server/discover': '`server/discover`',
  initialize: '`initialize`',
  '401': 'A request without a token',
}

/** How quiet it was, where that was looked at. */
type Noise = Partial<Pick<Comparison, 'elsewhere'>>

/** The whole document. */
export function performanceDocument(results: Results): string {
  return [
    INTRODUCTION,
    ...WORKS.map((work) => comparison(HEADINGS[work], results.work[work], workCells)),
    comparison('By how many tools there are', results.tools, (table) =>
      scalingCells(table, 'tools'),
    ),
    comparison('By how many connections are busy', results.connections, (table) =>
      scalingCells(table, 'connections'),
    ),
    comparison('By how many different tokens come in', results.tokens, (table) =>
      scalingCells(table, 'tokens'),
    ) + tokenCost(results.tokens),
    section('Memory', results.uptime && uptimeCells(results.uptime.lines), results.uptime),
    section(
      'From start to first answer',
      results.start && startCells(results.start.lines),
      results.start,
    ),
    section('Sizes', results.sizes && sizeCells(results.sizes.lines)),
    REMAINDER,
    METHOD,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const INTRODUCTION = `# Performance

<!-- Made by npm run bench -- --write, from tests/bench/results.json: do not edit. -->

What an authenticated call costs, beside what is possible and beside other servers doing the same work.
Absolute numbers are one machine's; the ratios travel. "The limit" is a Hono app on the same runtime that
reads JSON and answers with it, in the same rounds.`

const REMAINDER = `## Where the rest goes

What a \`tools/call\` costs beyond the limit, found by serving less and less of it on the machine above, all variants
in the same rounds: µs of CPU, 16 connections.

| | Bun | Node.js | Deno |
|---|---|---|---|
| HTTP, the body read: a fixed answer of 500 bytes | −1 | −4 | 7 |
| Host, origin, request id, three more headers, the line of the log | 5 | 6 | 5 |
| A token that is known | 2 | 5 | 2 |
| The body: bounded, in time, UTF-8, JSON that reads one way only | 6 | 12 | 9 |
| Message, scopes, schemas of arguments and answer, the tool, the answer as JSON | 12 | 15 | 8 |
| The record of the audit trail and its hash | 9 | 8 | 12 |

Nothing in it is slow by itself: in a loop in one process, without connections, all of it together takes 15 µs more than
reading a body and answering on Bun, and the record 3. Under load the same code takes more than twice as long. What
each stage takes there goes with the memory it leaves behind, 11 kB a call on Bun where the echo leaves 3; that memory is
the reason is a guess.`

const METHOD = `## How it is measured

\`\`\`
npm run bench                                                   # everything; takes most of an hour
npm run bench -- --quick                                        # the core rows, a few minutes
npm run bench -- --rows ours-bun,echo-bun --work tools/call     # what is named
npm run bench -- --parts tokens --tokens 1000                   # one part, smaller
\`\`\`

\`--write\` records what was measured here and in \`tests/bench/results.json\`, and leaves other tables as they are.

- **Same work.** 24 tools with schemas of six fields; \`whoami\`, which answers from the token, is called. Before
  anything is measured each server must give the whole right answer, and refuse a token of another key.
- **Same tokens.** RS256, minted by Local Stytch, whose key set every server fetches once. Peers verify with
  jose on each request; the limit does not look.
- **This server** listens with its own entry of each runtime, is configured for production, and writes its
  request log and audit trail.
- **Peers at their best.** Schemas are made once, not for each request as in most samples; versions are pinned
  in \`package.json\` and \`tests/bench/peers/\`.
- **Turns.** All servers of a table are up; a round is one turn of each, in an order that rotates. Medians of the
  rounds are shown; a ratio is the median of the rounds' own ratios. Where the machine can, servers have one core
  and the load generator another. Connections are kept and each waits for its answer: 16, unless said otherwise.
- **CPU per call** is the server's time in user space and kernel, all threads; **RSS** is its memory after its
  turn. Both come from Linux's \`/proc\`.
- **An asterisk** marks a rate at which the load generator was the limit; CPU per call is right all the same.
- **Cold start** is from the start of the process to its first answer of any status, with Local Stytch beside
  ours, as README starts it; the start before the first that counts fills the runtimes' caches.
- **workerd** is what Workers run on: its rows are a Worker, with the entry and the flags of deploy/wrangler.jsonc.
  CPU per call is what Cloudflare would count, and the work of HTTP beside it, which it would not.
`

function comparison(
  title: string,
  table: Comparison | undefined,
  cells: (table: Comparison) => Cells,
): string {
  if (table === undefined) return ''
  const doubt = table.lines.some(isDoubtful) ? '\n\n\\* See below.' : ''
  return section(title, cells(table), table) + doubt
}

function section(title: string, cells: Cells | undefined, method?: Method & Noise): string {
  if (cells === undefined) return ''
  return [
    `## ${title}`,
    ...(method === undefined ? [] : [circumstances(method)]),
    asMarkdown(cells),
  ].join('\n\n')
}

function circumstances(method: Method & Noise): string {
  const { at, machine, load, pinned, rounds, seconds, elsewhere } = method
  const { cores, cpu, os, runtimes } = machine
  const versions = Object.entries(TITLES).flatMap(([name, title]) => {
    const version = runtimes[name as keyof typeof runtimes]
    return version === undefined ? [] : [`${title} ${version}`]
  })
  const noise =
    elsewhere === undefined ? '' : `; other programs took ${percent(elsewhere)} of the machine`
  const turns = seconds === 0 ? `${rounds} starts` : `${load}, ${rounds} rounds of ${seconds} s`
  return `${at.slice(0, 10)}, ${cores} cores (${cpu}), ${os}, ${versions.join(', ')}; ${turns}${pinned ? '' : ', not pinned'}${noise}.`
}

/** What a look at a token costs by itself, for the sum the table is about. */
function tokenCost(table: Comparison | undefined): string {
  const lines = table?.lines ?? []
  const cost = (role: Line['role'], runtime: Line['runtime']) =>
    lines.find((line) => line.role === role && line.runtime === runtime)?.cpu
  const sentences = Object.entries(TITLES).flatMap(([runtime, title]) => {
    const limit = cost('limit', runtime as Line['runtime'])
    const verify = cost('verify', runtime as Line['runtime'])
    return limit === undefined || verify === undefined
      ? []
      : [`${title} ${(verify - limit).toFixed(0)} µs`]
  })
  if (sentences.length === 0) return ''
  return `\n\nVerifying one token, as the difference between the two echoes: ${sentences.join(', ')}.`
}
