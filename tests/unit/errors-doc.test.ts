/** `docs/errors.md` is the table of `errors.ts`, and no more and no less. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ERRORS, type ErrorKind } from '../../src/index.ts'

const FILE = join(import.meta.dir, '../../docs/errors.md')

function row([code, kind]: [string, ErrorKind]): string {
  const { status, challenge, sentence, hint } = kind
  const error =
    challenge === undefined ? '–' : challenge === 'none' ? 'no `error`' : `\`${challenge}\``
  return `| \`${code}\` | ${status} | ${error} | ${sentence} | ${hint} |`
}

test('every error code is documented, word for word', async () => {
  const lines = (await Bun.file(FILE).text()).split('\n')
  const documented = lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.replace(/ +\|/g, ' |'))
  expect(documented).toEqual(Object.entries(ERRORS).map(row))
})
