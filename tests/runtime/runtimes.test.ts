/**
 * One suite of behaviour, on real processes under Bun, Node.js and Deno and in the real workerd. Prints the
 * matrix of what was found; `bun tests/runtime/matrix.ts --write` puts it into the documents.
 */
import { afterAll, beforeAll, describe, test } from 'bun:test'
import { startServer } from '../support/server-process.ts'
import { startWorker } from '../support/worker-process.ts'
import { HOSTS, type Subject, subjectOf } from './behaviours/behaviour.ts'
import { GROUPS } from './behaviours/index.ts'
import { cellOf, type Findings, found, matrixText } from './matrix-table.ts'

/** Milliseconds one behaviour may take; a server may take longer to start. */
const TIMEOUT = 20_000
const START = 60_000

const findings: Findings = new Map()

afterAll(async () => {
  process.stdout.write(`\n${matrixText(findings)}\n`)
  const { MATRIX_FILE } = process.env
  if (MATRIX_FILE !== undefined) await Bun.write(MATRIX_FILE, JSON.stringify([...findings]))
})

describe.each([...HOSTS])('%s', (host) => {
  const subjects = new Map<boolean, Subject>()
  const start = (env: Record<string, string> = {}) =>
    host === 'workerd' ? startWorker(env) : startServer(host, env)

  beforeAll(async () => {
    const [plain, sessionful] = await Promise.all([
      start(),
      host === 'workerd' ? undefined : start({ MCP_SESSIONS: 'memory' }),
    ])
    subjects.set(false, await subjectOf(host, plain))
    if (sessionful !== undefined) subjects.set(true, await subjectOf(host, sessionful))
  }, START)
  afterAll(() => Promise.all([...subjects.values()].map(({ server }) => server.stop())))

  describe.each([...GROUPS])('$title', ({ behaviours }) => {
    for (const behaviour of behaviours) {
      const { title, eras, sessions = false, without } = behaviour
      if (without?.[host] !== undefined) continue
      for (const era of eras) {
        test(
          eras.length > 1 ? `${title} (${era})` : title,
          async () => {
            await found(findings, cellOf(host, behaviour, era), () =>
              behaviour.holds(subjects.get(sessions) as Subject, era),
            )
          },
          TIMEOUT,
        )
      }
    }
  })
})
