/** `npm run tokens`: what the lists of tools cost a model. Fails above a budget. */
import { costOf, LISTS } from './lists.ts'
import { countTokens } from './tokenizer.ts'

const WIDTHS = [28, 6, 8, 8, 8]

function line(...cells: readonly (string | number)[]): string {
  const [first, ...rest] = cells.map(String)
  const [width = 0, ...widths] = WIDTHS
  return `${(first ?? '').padEnd(width)}${rest.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('')}\n`
}

let over = 0
process.stdout.write(line('tools/list of', 'tools', 'bytes', 'tokens', 'budget'))
for (const list of LISTS) {
  const { tools, bytes, tokens } = await costOf(list, countTokens)
  const { what, budget = Number.POSITIVE_INFINITY } = list
  if (tokens > budget) over++
  process.stdout.write(line(what, tools, bytes, tokens, Number.isFinite(budget) ? budget : '–'))
}
process.exit(over === 0 ? 0 : 1)
