/**
 * Builds what the browser loads and writes it into one generated module, so that every runtime
 * serves the same bytes without a file system. Run by npm's `prepare`; prints one line.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type EmbeddedAsset, embed } from './build/embed.ts'
import { bundleScript, bundleSecrets } from './build/script.ts'
import { bundleStyles } from './build/styles.ts'

/** Design §6: everything the consent page loads, gzipped as it is served. */
const BUDGET = 100_000

const root = fileURLToPath(new URL('..', import.meta.url))
const [script, styles] = await Promise.all([bundleScript(root), bundleStyles(root)])
const mark = await Bun.file(`${root}ui/mark.svg`).text()

const app = embed('app', 'js', script)
const consent = {
  script: app,
  styles: embed('app', 'css', styles),
  mark: embed('mark', 'svg', mark),
}
const secretsScript = embed('secrets', 'js', await bundleSecrets(root, app.path))

const sizes = Object.values(consent).map(sizeOf)
const total = sizes.reduce((sum, { gzip }) => sum + gzip, 0)
if (total > BUDGET) {
  throw new Error(`The pages weigh ${total} bytes gzipped; the budget is ${BUDGET}.`)
}

writeFileSync(`${root}src/web/assets.gen.ts`, moduleText({ ...consent, secretsScript }))
const listed = sizes.map(({ path, gzip }) => `${path.slice(8)} ${kilobytes(gzip)}`).join(', ')
const more = sizeOf(secretsScript)
process.stdout.write(
  `pages: ${listed}; ${kilobytes(total)} of ${kilobytes(BUDGET)} kB gzip; ` +
    `one-time secrets ${kilobytes(more.gzip)} more\n`,
)

function sizeOf({ path, body }: EmbeddedAsset): { path: string; gzip: number } {
  return { path, gzip: gzipSync(body).length }
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}

function moduleText(entries: Record<string, EmbeddedAsset>): string {
  const lines = Object.entries(entries).map(
    ([name, asset]) => `export const ${name} = ${JSON.stringify(asset)} as const`,
  )
  return `// Written by ui/build.ts; do not edit.\n${lines.join('\n')}\n`
}
