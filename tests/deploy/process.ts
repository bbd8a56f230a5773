/** A server started by the command an operator uses, with nothing in its environment but what is given. */
import { search } from '../support/canaries.ts'

/** A process that serves HTTP. */
export interface Served {
  readonly pid: number
  /** Everything it has printed so far. */
  output(): string
  /** Asks it to end; resolves with its exit code. */
  terminate(): Promise<number>
  /** Ends it, however it takes that. */
  stop(): Promise<void>
}

/** What an operator decides. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Starts a command and waits until it serves.
 *
 * @param serves whether it does by now; asked again and again
 * @throws with the output, when it ends before it serves
 */
export async function serve(
  command: string[],
  { cwd, env }: Surroundings,
  serves: () => Promise<boolean>,
): Promise<Served> {
  const child = Bun.spawn(command, { cwd, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  let output = ''
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true })
    search(`what ${command[0]} printed`, output)
  }
  const printed = Promise.all([collect(child.stdout), collect(child.stderr)])
  let ended = false
  void printed.then(() => {
    ended = true
  })
  while (!(await serves().catch(() => false))) {
    if (ended) throw new Error(`${command[0]} ended:\n${output}`)
    await Bun.sleep(20)
  }
  return {
    pid: child.pid,
    output: () => output,
    async terminate() {
      child.kill('SIGTERM')
      const code = await child.exited
      await printed
      return code
    },
    async stop() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** Whether a URL answers with success. */
export async function isThere(url: string, init: BunFetchRequestInit = {}): Promise<boolean> {
  return (await fetch(url, init)).ok
}

/** What a command that ends said. */
export interface Said {
  readonly code: number
  /** Standard output, then standard error. */
  readonly text: string
}

/** Runs a command to its end. */
export async function run(
  command: string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string | undefined> } = {},
): Promise<Said> {
  const child = Bun.spawn(command, {
    env: process.env,
    ...options,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, text: out + error }
}

/**
 * Where a program of the system is.
 *
 * @param debian the Debian package that has it
 * @throws when it is not installed, since nothing can be proven without it
 */
export function program(name: string, debian: string): string {
  const path = Bun.which(name, { PATH: `${process.env.PATH}:/usr/sbin:/sbin` })
  if (path === null) {
    throw new Error(`This test needs ${name}. On Debian: apt-get install ${debian}`)
  }
  return path
}
