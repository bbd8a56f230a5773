/** What the documents say of runtimes is what the suite looks at: `bun tests/runtime/matrix.ts --write`. */
import { describe, expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { HOSTS } from './behaviours/behaviour.ts'
import { GROUPS } from './behaviours/index.ts'
import { PLACES, placed } from './matrix-documents.ts'
import { allFound, matrixMarkdown, summaryMarkdown } from './matrix-table.ts'

const ROOT = resolve(import.meta.dir, '../..')
const behaviours = GROUPS.flatMap(({ behaviours }) => behaviours)

describe('the matrix', async () => {
  const texts = await Promise.all(
    PLACES.map(async ({ file }) => [file, await Bun.file(join(ROOT, file)).text()] as const),
  )
  const written = PLACES.filter(({ marker }, at) => {
    return texts[at]?.[1].includes(`<!-- ${marker} -->`)
  })

  test('stands in docs/runtimes.md', () => {
    expect(written.map(({ file }) => file)).toContain('docs/runtimes.md')
  })

  test.each([...written])('in $file is the suite’s', ({ file, marker, render }) => {
    const text = new Map(texts).get(file) as string
    expect(text).toBe(placed(text, marker, render(allFound())) as string)
  })

  test('has a row for each behaviour, and no row twice', () => {
    const titles = behaviours.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    const table = matrixMarkdown(allFound())
    for (const title of titles) expect(table).toContain(`| ${title} |`)
  })

  test('shows what failed, and what was not looked at', () => {
    const findings = allFound()
    const [first = ''] = findings.keys()
    expect(matrixMarkdown(findings.set(first, false))).toContain('✗')
    findings.delete(first)
    expect(matrixMarkdown(findings)).toContain('?')
    const { length } = GROUPS[0]?.behaviours ?? []
    expect(summaryMarkdown(findings)).toContain(`${length - 1} of ${length}`)
  })

  test('leaves out few cells, none of them on all runtimes', () => {
    for (const { without = {} } of behaviours) {
      expect(Object.keys(without).length).toBeLessThan(HOSTS.length)
    }
  })
})
