/** Lists of tools stay within their budgets. `npm run tokens` shows what each toolset costs. */
import { expect, test } from 'bun:test'
import { costOf, LISTS } from './lists.ts'
import { countTokens } from './tokenizer.ts'

const budgeted = LISTS.flatMap(({ budget, ...list }) =>
  budget === undefined ? [] : [[list.what, budget, list] as const],
)

test('there are budgets, and the tokenizer counts tokens', () => {
  expect(budgeted.map(([what, budget]) => [what, budget])).toEqual([
    ['a reader', 3_000],
    ['an administrator', 8_000],
  ])
  expect(countTokens('{"type":"object"}')).toBeGreaterThan(2)
  expect(countTokens('{"type":"object"}')).toBeLessThan(10)
})

test.each(budgeted)('the tools of %s take at most %d tokens', async (_, budget, list) => {
  const { tools, tokens } = await costOf(list, countTokens)
  expect(tools).toBeGreaterThan(5)
  expect(tokens).toBeLessThanOrEqual(budget)
})
