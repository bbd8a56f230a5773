/** docs/performance.md, made of tests/bench/results.json and nothing else. */
import { join } from 'node:path'
import { BENCH, ROOT } from './bundle.ts'
import type { Comparison, Line, Method, Results } from './results.ts'
import {
  asMarkdown,
  type Cells,
  count,
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
reads JSON and answers with it, in the same rounds; "by hand" is one function that does what this one call takes
here, and can do nothing else.`

const REMAINDER = `## Where the rest goes

The echo has none of this server's duties. "This call, by hand" has those of a good request, but for the patience
with a slow body: one function that can do this one call. What each duty adds there, found by leaving out one after
the other on the machine above, all variants in the same rounds: µs of CPU, 16 connections.

| | Bun | Node.js | Deno |
|---|---|---|---|
| A fixed answer of 500 bytes, where the limit answers with what it read | −4 | −3 | −3 |
| A request id, and four headers on the answer instead of one | 0 | 0 | 11 |
| Reading seventeen headers | 2 | 2 | 3 |
| A token that is known | 0 | 3 | 2 |
| The body: UTF-8, JSON that reads one way only | 5 | 1 | 4 |
| Schemas of arguments and answer, the tool, the answer as JSON | 4 | 6 | 3 |
| The line of the log | 3 | 4 | 2 |
| The record of the audit trail; one hash for those written together (measured by itself) | 7 | 2 | 4 |

So 0.60 of the limit is out of reach on Deno as long as a call takes these steps: Deno has a shorter way for
answers with one header. On Bun and Node.js they leave room for 0.70 to 0.75.

What this server takes beyond that, 13 µs on Bun, 18 on Node.js and 11 on Deno, is what it takes to serve any tool in
any revision from parts that are one idea each: some forty steps of less than a microsecond, promises that wait for one
another, and on Node.js 5 µs for a body that may be late. A call leaves about 180 objects behind on Bun. Under load
the same steps take twice as long as in a loop in one process, where all of them together take 11 µs. Fewer waits make
no difference that can be measured: three promises for a call, in place of seven, take the same time.

Bun returns memory to the system eagerly: \`MIMALLOC_PURGE_DELAY=-1\` in its environment saves 4 to 8 % of CPU for 25 MB
more.`

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
  rounds are shown; a ratio is the median of the rounds' own ratios. A turn begins with a second or two of load
  that do not count: runtimes drop what they compiled for a server that waits for its turn. Where the machine can,
  servers have one core and the load generator another. Connections are kept and each waits for its answer: 16,
  unless said otherwise.
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

/** What a look at a token costs by itself, for the sum the table is about: of one, and of as many as there are. */
function tokenCost(table: Comparison | undefined): string {
  const lines = table?.lines ?? []
  const most = Math.max(0, ...lines.map(({ tokens }) => tokens))
  const sentences = [...new Set([1, most])].flatMap((tokens) => {
    const costs = Object.entries(TITLES).flatMap(([runtime, title]) => {
      const cost = (wanted: Line['role']) =>
        lines.find(
          (line) => line.role === wanted && line.runtime === runtime && line.tokens === tokens,
        )?.cpu
      const [limit, verify] = [cost('limit'), cost('verify')]
      return limit === undefined || verify === undefined
        ? []
        : [`${title} ${(verify - limit).toFixed(0)} µs`]
    })
    if (costs.length === 0) return []
    const which = tokens === 1 ? 'one token' : `one of ${count(tokens)} different tokens`
    return [`Verifying ${which}, as the difference between the two echoes: ${costs.join(', ')}.`]
  })
  return sentences.map((sentence) => `\n\n${sentence}`).join('')
}
