/** What `deno publish` would send to JSR: its dry run is clean, and the files it names are all it takes. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import jsr from '../../deno.json' with { type: 'json' }
import { run, type Said } from '../deploy/process.ts'
import { ROOT } from './packed.ts'
import { runIn } from './programs.ts'
import { installFromJsr, type Project } from './projects.ts'

const COMMAND = ['node_modules/.bin/deno', 'publish', '--dry-run', '--allow-dirty']

let said: Said
let files: string[]
let project: Project | undefined
beforeAll(async () => {
  said = await run(COMMAND, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } })
  const named = said.text.matchAll(/^ +file:\/\/(\/.+) \(\S+\)$/gm)
  files = [...named].map(([, path]) => (path as string).replace(`${ROOT}/`, ''))
}, 120_000)
afterAll(() => project?.remove())

test('it is clean: types that need no inference, and nothing to warn of', () => {
  expect([said.code, said.text]).toEqual([0, expect.stringContaining('Dry run complete')])
  expect(said.text).not.toMatch(/warning|slow-type/i)
})

test('there are sources, the pages that are built, the documents, and nothing else', () => {
  expect(files).toContain('src/web/assets.gen.ts')
  expect(files).toContain('README.md')
  const wanted = /^(LICENSE|README\.md|deno\.json|docs\/.+\.md|src\/.+\.ts)$/
  expect(files.filter((path) => !wanted.test(path))).toEqual([])
  // Nobody could import them.
  expect(files.filter((path) => /^src\/(cli\/|runtime\/(?!worker))/.test(path))).toEqual([])
})

test('Deno installs them, checks types, and calls a tool', async () => {
  project = await installFromJsr(jsr.name, files)
  const { code, text } = await runIn(project, 'tests/package/first-call.ts')
  expect([code, text]).toEqual([0, expect.stringMatching(/^\{.*\}\n$/)])
  expect(JSON.parse(text)).toMatchObject({ refused: 401, called: 200, oneClass: true })
  const checked = await run([join(ROOT, 'node_modules/.bin/deno'), 'check', 'program.ts'], {
    cwd: project.folder,
  })
  expect(checked).toEqual({ code: 0, text: expect.any(String) })
}, 60_000)
