/** An example as whoever copies it runs it: a process of its own, with Local Stytch on a port beside it. */
import { join, resolve } from 'node:path'
import { type LocalStytchKit, localStytch } from '../../src/testing.ts'
import { freePorts } from './free-ports.ts'

const ROOT = resolve(import.meta.dir, '../..')
const BUN = join(ROOT, 'node_modules/.bin/bun')
const GUARD = join(ROOT, 'tests/support/egress-guard.mjs')

/** A running example. */
export interface Example {
  readonly url: string
  readonly stytch: LocalStytchKit
  /** Sends a request; paths are relative to its URL. */
  send(path: string, init?: RequestInit): Promise<Response>
  /** Asks it to end; resolves with its exit code. */
  terminate(): Promise<number>
  stop(): Promise<void>
}

/** How to start one. */
export interface ExampleOptions {
  /** From a file to the command; by default Bun, which serves what a module exports. */
  readonly command?: (file: string) => Promise<string[]>
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Starts an example, and waits until it accepts connections.
 *
 * @param path of its file, relative to `examples/`
 * @throws with what it printed, when it ends before that
 */
export async function startExample(path: string, options: ExampleOptions = {}): Promise<Example> {
  const { command = async (file) => [BUN, '--preload', GUARD, file], env = {} } = options
  const [port, localStytchPort] = (await freePorts(2)) as [number, number]
  const url = `http://localhost:${port}`
  const stytch = localStytch({ port: localStytchPort, publicUrl: url })
  const beside = Bun.serve({
    hostname: '127.0.0.1',
    port: localStytchPort,
    fetch: stytch.handler,
  })
  const child = Bun.spawn(await command(join(ROOT, 'examples', path)), {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      PORT: `${port}`,
      LOCAL_STYTCH_PORT: `${localStytchPort}`,
      ...env,
    },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  })
  const printed = new Response(child.stderr).text()
  while ((await fetch(url).catch(() => undefined)) === undefined) {
    if (child.exitCode !== null) throw new Error(`${path} ended:\n${await printed}`)
    await Bun.sleep(20)
  }
  return {
    url,
    stytch,
    send: (path, init) => fetch(url + path, init),
    terminate() {
      child.kill('SIGTERM')
      return child.exited
    },
    async stop() {
      child.kill('SIGKILL')
      await child.exited
      await beside.stop(true)
    },
  }
}
