/**
 * What a model reads before it does anything: the list of tools, as it stands on the wire. Every one of its
 * tokens is paid for in every conversation, so there are budgets.
 */
import { TOOLSETS } from '../../src/toolsets.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, rpc } from '../support/mcp.ts'

/** One way to ask for tools. */
export interface List {
  readonly what: string
  /** What the operator offers. */
  readonly env: Record<string, string>
  /** What the request asks to see of it. */
  readonly query: string
  /** Tokens. */
  readonly budget?: number
}

const ALL = { TOOLSETS: 'all' }

/** Those that have a budget, then each toolset by itself. */
export const LISTS: readonly List[] = [
  { what: 'a reader', env: {}, query: '?readonly', budget: 3_000 },
  { what: 'an administrator', env: {}, query: '', budget: 8_000 },
  { what: 'all toolsets, only reading', env: ALL, query: '?readonly' },
  { what: 'all toolsets', env: ALL, query: '' },
  ...TOOLSETS.map((toolset) => ({ what: toolset, env: ALL, query: `?toolsets=${toolset}` })),
]

/** What a list costs. */
export interface Cost {
  readonly tools: number
  /** Of the array as JSON. */
  readonly bytes: number
  readonly tokens: number
}

/**
 * Asks the server for a list, in the era of 2026-07-28.
 *
 * @param count tokens of a text
 */
export async function costOf({ env, query }: List, count: (text: string) => number): Promise<Cost> {
  const fixture = createFixture({ env })
  const response = await fixture.send(
    `/mcp${query}`,
    rpc('modern', 'tools/list', {}, await fixture.token()),
  )
  const { result } = await answer(response)
  if (result?.tools === undefined) throw new Error(`No list of tools: ${response.status}`)
  if (result.nextCursor !== undefined) throw new Error('The list has more than one page.')
  const text = JSON.stringify(result.tools)
  const bytes = new TextEncoder().encode(text).length
  return { tools: result.tools.length, bytes, tokens: count(text) }
}
