/** A server in a process of its own, checked before anything is measured. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { freePorts } from '../support/free-ports.ts'
import type { RuntimeName } from '../support/server-process.ts'
import { WORKERD, writeWorker } from '../support/worker-process.ts'
import { BENCH, bundle, bundleForWorkerd, ROOT } from './bundle.ts'
import { pinned } from './pinned.ts'
import { type Cost, costOf } from './process-cost.ts'
import { answeringOf, type Row } from './rows.ts'
import type { Stage } from './stage.ts'
import {
  checkAnswer,
  eraOf,
  fetchInit,
  type WireRequest,
  type WorkName,
  wireRequest,
} from './work.ts'

/** A server that can be put under load. */
export interface Running {
  readonly row: Row
  readonly tools: number
  readonly port: number
  cost(): Promise<Cost | undefined>
  /**
   * The request of a kind of work, sent once to see that it is really done.
   *
   * @returns `undefined` for work the server knows nothing of
   * @throws {Error} when the answer is wrong, or a forged token is as good as another
   */
  request(work: WorkName): Promise<WireRequest | undefined>
  stop(): Promise<void>
}

const BIN = join(ROOT, 'node_modules/.bin')

/** How README starts each runtime, with a file to run. */
export const COMMANDS: Record<RuntimeName, readonly string[]> = {
  bun: [join(BIN, 'bun')],
  node: ['node'],
  // With the flag that README's start has.
  deno: [
    join(BIN, 'deno'),
    'run',
    '--v8-flags=--max-semi-space-size=16',
    '--no-prompt',
    '--cached-only',
    '--allow-net',
    '--allow-env',
  ],
}

/** Milliseconds a server may take to answer for the first time. */
const PATIENCE = 20_000

/**
 * Starts a row's server and waits until it answers.
 *
 * @param tools how many it offers
 * @throws with what it printed, when it ends or stays silent instead
 */
export async function startRow(row: Row, stage: Stage, tools: number): Promise<Running> {
  const [port = 0] = await freePorts(1)
  const env = { ...stage.env, ...row.env, PORT: `${port}`, BENCH_TOOLS: `${tools}` }
  const { command, cleanUp } = await prepared(row, port, env)
  const child = Bun.spawn(pinned('server', command), {
    cwd: row.entry.startsWith('peers/') ? join(BENCH, 'peers') : ROOT,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'ignore',
    // A server that logs is measured with its log; nobody reads it.
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const complaints = new Response(child.stderr).text()
  const stop = async () => {
    child.kill('SIGKILL')
    await child.exited
    await cleanUp()
  }
  const answering = answeringOf(row, tools)

  try {
    await answers(`http://127.0.0.1:${port}/mcp`, child)
  } catch (error) {
    await stop()
    throw new Error(`${row.name}: ${(error as Error).message}\n${await complaints}`)
  }
  return {
    row,
    tools,
    port,
    cost: () => costOf(child.pid),
    async request(work) {
      const era = eraOf(work, row.eras)
      if (era === undefined || row.works?.includes(work) === false) return undefined
      const request = wireRequest(work, era, answering)
      const ask = async (token: string) =>
        fetch(`http://127.0.0.1:${port}/mcp`, fetchInit(request, token))
      const [token = ''] = await stage.tokens(1)
      try {
        await checkAnswer(work, await ask(token), request, answering)
        if (request.authorized && answering.verifies) {
          const refused = await ask(await stage.forged())
          await refused.body?.cancel()
          if (refused.status !== 401) throw new Error(`a forged token got ${refused.status}`)
        }
      } catch (error) {
        throw new Error(`${row.name}: ${(error as Error).message}`)
      }
      return request
    },
    stop,
  }
}

/** How to start a row's server, and what to do when it has ended. */
async function prepared(
  row: Row,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<{ command: readonly string[]; cleanUp: () => Promise<void> }> {
  const { runtime } = row
  if (runtime !== 'workerd') {
    return { command: [...COMMANDS[runtime], await bundle(row)], cleanUp: async () => {} }
  }
  const module = await bundleForWorkerd(row)
  const folder = await writeWorker({ env, port, module, store: false })
  return {
    command: [WORKERD, 'serve', join(folder, 'config.capnp')],
    cleanUp: () => rm(folder, { recursive: true }),
  }
}

/** Asks until there is an answer of any status. */
async function answers(url: string, child: Bun.Subprocess): Promise<void> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    if (child.exitCode !== null) throw new Error('ended at once')
    if (Date.now() > deadline) throw new Error('does not answer')
    const answered = await fetch(url, { method: 'POST', body: '{}' }).then(
      async (response) => {
        await response.body?.cancel()
        return true
      },
      () => false,
    )
    if (answered) return
    await Bun.sleep(20)
  }
}
