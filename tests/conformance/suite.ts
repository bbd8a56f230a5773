/** Runs one requirement set of the suite, and reads every check it made, warnings included. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export type Requirements = '2025-11-25' | '2026-07-28'

export const REQUIREMENTS: readonly Requirements[] = ['2025-11-25', '2026-07-28']

/** A check the suite made. */
export interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
}

/** What became of one scenario. */
export interface Scenario {
  readonly name: string
  readonly scored: boolean
  readonly checks: readonly Check[]
}

const ROOT = resolve(import.meta.dir, '../..')
const BUN = join(ROOT, 'node_modules/.bin/bun')
const PACKAGE = join(ROOT, 'node_modules/@modelcontextprotocol/conformance')
const CLI = join(PACKAGE, 'dist/index.js')
/** Milliseconds; a whole set takes seconds. */
const PATIENCE = 100_000

/** Starts the suite. Run by Bun: its own Node needs to be newer than ours. */
export function spawnSuite(args: readonly string[], scratch: string) {
  return Bun.spawn([BUN, CLI, ...args, '-o', scratch], {
    cwd: scratch,
    env: { PATH: process.env.PATH ?? '', HOME: scratch },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: PATIENCE,
  })
}

/** Somewhere for results, gone afterwards. */
export async function withScratch<T>(use: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'conformance-results-'))
  try {
    return await use(scratch)
  } finally {
    await rm(scratch, { recursive: true })
  }
}

/**
 * Runs a set against a server.
 *
 * @param url of an MCP endpoint on loopback
 * @returns every scenario of the set
 * @throws when a required scenario has no result
 */
export async function runSet(url: string, requirements: Requirements): Promise<Scenario[]> {
  const required = await requiredScenarios(requirements)
  const scenarios = await withScratch(async (scratch) => {
    const suite = spawnSuite(['server', '--url', url, '--requirements', requirements], scratch)
    const [stdout, stderr] = await Promise.all([
      new Response(suite.stdout).text(),
      new Response(suite.stderr).text(),
    ])
    await suite.exited
    const found = await readResults(scratch, 'server-')
    if (found.size === 0) throw new Error(`the suite left no results:\n${stdout}\n${stderr}`)
    return found
  })
  const missing = required.filter((name) => !scenarios.has(name))
  if (missing.length > 0) throw new Error(`scenarios without a result: ${missing.join(', ')}`)
  return [...scenarios].map(([name, checks]) => ({ name, scored: required.includes(name), checks }))
}

/** Checks by scenario, from the folders the suite leaves: `<prefix><scenario>-<timestamp>/checks.json`. */
export async function readResults(scratch: string, prefix = ''): Promise<Map<string, Check[]>> {
  const results = new Map<string, Check[]>()
  for (const folder of (await readdir(scratch)).sort()) {
    const name = folder.match(/^(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/)?.[1]
    if (name === undefined || !name.startsWith(prefix)) continue
    const checks = JSON.parse(await readFile(join(scratch, folder, 'checks.json'), 'utf8'))
    results.set(name.slice(prefix.length), checks)
  }
  return results
}

/** The scenarios a server must pass, as the package itself lists them. */
async function requiredScenarios(requirements: Requirements): Promise<string[]> {
  const folder = join(PACKAGE, 'requirements')
  const file = (await readdir(folder)).find((name) => name.includes(requirements)) as string
  const lines = (await readFile(join(folder, file), 'utf8')).split('\n')
  const from = lines.indexOf('server:') + 1
  const to = lines.findIndex((line, i) => i > from && /^\w+:/.test(line))
  return lines
    .slice(from, to)
    .map((line) => line.match(/^ {2}- ([\w-]+)/)?.[1])
    .filter((name) => name !== undefined)
}
