/** Where the matrix of runtimes stands in the documents. */
import { type Findings, matrixMarkdown, summaryMarkdown } from './matrix-table.ts'

/** A place: between `<!-- marker -->` and `<!-- /marker -->`. */
interface Place {
  /** From the root of the repository. */
  readonly file: string
  readonly marker: string
  readonly render: (findings: Findings) => string
}

export const PLACES: readonly Place[] = [
  { file: 'docs/runtimes.md', marker: 'matrix', render: matrixMarkdown },
  { file: 'README.md', marker: 'runtimes', render: summaryMarkdown },
]

/** The text with something else in that place; `undefined` when it has no such place. */
export function placed(text: string, marker: string, content: string): string | undefined {
  const [begin, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) return undefined
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`
}
