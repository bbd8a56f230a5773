/** `npm run docs:tools`: says whether `docs/tools.md` is up to date; with `--write`, brings it there. */
import { join } from 'node:path'
import { withTables } from './offer-tables.ts'

const FILE = join(import.meta.dir, '../../docs/tools.md')

const written = await Bun.file(FILE).text()
const current = withTables(written)
if (process.argv.includes('--write')) {
  await Bun.write(FILE, current)
} else if (written !== current) {
  process.stderr.write('docs/tools.md is out of date: npm run docs:tools -- --write\n')
  process.exit(1)
}
