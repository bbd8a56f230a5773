/**
 * A command-line client as a process of its own, with nothing of this machine's: an empty home, no
 * terminal, no way off this machine, and a browser that only writes down where it was sent.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dir, '../..')
const BUN = [
  join(ROOT, 'node_modules/.bin/bun'),
  '--preload',
  join(import.meta.dir, 'egress-guard.mjs'),
]

/** How long a client may take to get anywhere, in milliseconds. */
export const DEADLINE = 20_000

/** A running client. */
export interface Cli {
  /** Standard output so far. */
  stdout(): string
  /** Standard output and error so far. */
  output(): string
  /** Calls back with each piece of standard output from now on. */
  onStdout(listener: (piece: Uint8Array) => void): void
  write(text: string): void
  /**
   * Where it sent the browser, or `undefined` when it ended without.
   *
   * @throws with its output, when it does neither in time
   */
  opened(): Promise<URL | undefined>
  /** The exit code; throws with its output, when it does not end in time. */
  ends(): Promise<number>
  /** The exit code, once it has ended and said everything. */
  readonly exited: Promise<number>
  /** Ends it and whatever it started, and removes its home. */
  stop(): Promise<void>
}

/** What a client is started with. */
export interface CliOptions {
  /** Added to the environment. */
  readonly env?: Record<string, string>
  /** Keeps standard input open, for a client that is spoken to. */
  readonly listens?: boolean
}

/**
 * Starts a client under Bun.
 *
 * @param script of a package, under `node_modules`
 */
export async function startCli(
  script: string,
  args: readonly string[],
  { env, listens = false }: CliOptions = {},
): Promise<Cli> {
  const home = await emptyHome()
  // A group of its own, so that nothing it starts outlives it.
  const child = Bun.spawn([...BUN, join(ROOT, 'node_modules', script), ...args], {
    cwd: home,
    detached: true,
    env: {
      PATH: `${home}:${process.env.PATH}`,
      HOME: home,
      BROWSER: join(home, 'browser'),
      ...env,
    },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  if (!listens) child.stdin.end()
  const killGroup = () => {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Already gone.
    }
  }
  process.once('exit', killGroup)

  let stdout = ''
  let output = ''
  const listeners: ((piece: Uint8Array) => void)[] = []
  const read = async (stream: ReadableStream<Uint8Array>, isStdout: boolean) => {
    const decoder = new TextDecoder()
    for await (const piece of stream) {
      const text = decoder.decode(piece, { stream: true })
      output += text
      if (!isStdout) continue
      stdout += text
      for (const listener of listeners) listener(piece)
    }
  }
  const printed = Promise.all([read(child.stdout, true), read(child.stderr, false)])
  const exited = printed.then(() => child.exited)

  // The browser writes a file, and a client that cannot open one prints the address.
  const look = async () => {
    let ended = false
    exited.then(() => {
      ended = true
    })
    for (;;) {
      const last = ended
      const visited = await readFile(join(home, 'opened'), 'utf8').catch(() => '')
      const url = `${visited}\n${output}`.match(/https?:\/\/\S*response_type=code\S*(?=\s)/)?.[0]
      if (url !== undefined) return new URL(url)
      if (last) return undefined
      await Bun.sleep(20)
    }
  }

  return {
    stdout: () => stdout,
    output: () => output,
    onStdout: (listener) => listeners.push(listener),
    write: (text) => {
      child.stdin.write(text)
      child.stdin.flush()
    },
    exited,
    opened: () => inTime(look(), () => `${script} opened no browser:\n${output}`),
    ends: () => inTime(exited, () => `${script} did not end:\n${output}`),
    async stop() {
      killGroup()
      process.off('exit', killGroup)
      await child.exited
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A home with a browser, under every name that systems know one by. It writes to `opened`. */
async function emptyHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'stytch-mcp-cli-'))
  for (const name of ['xdg-open', 'open', 'browser']) {
    await writeFile(join(home, name), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${home}/opened'\n`)
    await chmod(join(home, name), 0o755)
  }
  return home
}

async function inTime<T>(event: Promise<T>, complaint: () => string): Promise<T> {
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint())), DEADLINE)
  })
  return Promise.race([event, late]).finally(() => clearTimeout(timer))
}
