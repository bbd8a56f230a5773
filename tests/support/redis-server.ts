/** A real Redis, for as long as a test takes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'

/** A running Redis. */
export interface Redis {
  readonly port: number
  /** Without user or password. */
  readonly url: string
  /** Ends it without warning; what it has written to its folder stays. */
  kill(): Promise<void>
  /** Has it answer nobody, with all connections open; or go on. */
  pause(): void
  resume(): void
  /** Starts it anew at the same port, in the same folder. */
  restart(): Promise<void>
  /** Ends it, and leaves nothing behind. */
  stop(): Promise<void>
}

/**
 * Starts Redis and waits until it takes connections. Nothing is written to disk unless told otherwise.
 *
 * @param options arguments of `redis-server`, such as `--requirepass`
 */
export async function startRedis(...options: string[]): Promise<Redis> {
  const [port] = (await freePorts(1)) as [number]
  const folder = await mkdtemp(join(tmpdir(), 'stytch-mcp-redis-'))
  const start = async () => {
    const child = Bun.spawn(
      [
        ...['redis-server', '--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder],
        ...['--save', '', '--appendonly', 'no', ...options],
      ],
      { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' },
    )
    while (!(await listens(port))) {
      if (child.exitCode !== null) throw new Error('redis-server ended: is it installed?')
      await Bun.sleep(10)
    }
    return child
  }
  let child = await start()
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async restart() {
      await kill()
      child = await start()
    },
    async stop() {
      await kill()
      await rm(folder, { recursive: true })
    },
  }
}

/** Whether somebody accepts connections there. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}
