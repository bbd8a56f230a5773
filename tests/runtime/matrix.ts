/**
 * `bun tests/runtime/matrix.ts [--write]`: runs the suite of all runtimes, prints the matrix of what was found,
 * and with `--write` puts it into the documents, when everything was.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PLACES, placed } from './matrix-documents.ts'
import type { Findings } from './matrix-table.ts'

const ROOT = resolve(import.meta.dir, '../..')

/** Runs the suite, which prints the matrix itself. */
async function run(): Promise<{ code: number; findings: Findings }> {
  const folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-matrix-'))
  const MATRIX_FILE = join(folder, 'findings.json')
  try {
    const child = Bun.spawn(
      [
        process.execPath,
        'test',
        '--preload',
        './tests/support/egress-guard.mjs',
        '--preload',
        './tests/support/canary-guard.ts',
        'tests/runtime/runtimes.test.ts',
      ],
      { cwd: ROOT, env: { ...process.env, MATRIX_FILE }, stdout: 'inherit', stderr: 'inherit' },
    )
    const code = await child.exited
    return { code, findings: new Map(JSON.parse(await readFile(MATRIX_FILE, 'utf8'))) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const { code, findings } = await run()
if (code !== 0) process.exit(code)
if (process.argv.includes('--write')) {
  for (const { file, render, marker } of PLACES) {
    const path = join(ROOT, file)
    const text = placed(await readFile(path, 'utf8'), marker, render(findings))
    if (text === undefined)
      process.stdout.write(`${file} has no place for it: <!-- ${marker} -->\n`)
    else await writeFile(path, text)
  }
}
