/** Runs programs in projects that installed the package, on the runtime each project is for. */
import { join } from 'node:path'
import { transform } from 'esbuild'
import { isThere, run, type Said, type Served, serve } from '../deploy/process.ts'
import { ROOT } from './packed.ts'
import type { Project, Runtime } from './projects.ts'

const BIN = join(ROOT, 'node_modules/.bin')
const LEAST = ['--no-prompt', '--cached-only', '--allow-net', '--allow-env']

const RUNS: Record<Runtime, (file: string) => string[]> = {
  node: (file) => ['node', file],
  bun: (file) => [join(BIN, 'bun'), file],
  deno: (file) => [join(BIN, 'deno'), 'run', ...LEAST, file],
}

/** Bun and Deno serve what a module exports by default; on Node somebody has to. */
const SERVES: Record<Runtime, (file: string, port: number) => string[]> = {
  node: (file, port) => ['node', '--input-type=module', '--eval', onNode(file, port)],
  bun: (file) => [join(BIN, 'bun'), file],
  deno: (file, port) => [
    ...[join(BIN, 'deno'), 'serve', ...LEAST],
    ...['--host=127.0.0.1', `--port=${port}`, file],
  ],
}

function onNode(file: string, port: number): string {
  return `import { serve } from '@hono/node-server'
import app from '${file}'
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: ${port} })`
}

/** Nothing of this process's own: neither its settings nor the packages of this repository. */
export function environment(ports: { port: number; localPort: number }): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    PORT: `${ports.port}`,
    LOCAL_STYTCH_PORT: `${ports.localPort}`,
  }
}

/**
 * Runs a program of this repository in a project, to its end.
 *
 * @param path in this repository
 */
export async function runIn(project: Project, path: string): Promise<Said> {
  const file = await put(project, path)
  return run(RUNS[project.runtime](file), { cwd: project.folder })
}

/**
 * Serves an app of this repository from a project.
 *
 * @param path in this repository, of a module that exports the app by default
 */
export async function serveIn(
  project: Project,
  path: string,
  ports: { port: number; localPort: number },
): Promise<Served> {
  const file = await put(project, path)
  return serve(
    SERVES[project.runtime](file, ports.port),
    { cwd: project.folder, env: environment(ports) },
    () => isThere(`http://localhost:${ports.port}/.well-known/oauth-protected-resource/mcp`),
  )
}

/** Copies a program; Node gets it without types. */
async function put({ runtime, folder }: Project, path: string): Promise<string> {
  const text = await Bun.file(join(ROOT, path)).text()
  const isPlain = runtime === 'node'
  const file = join(folder, isPlain ? 'program.js' : 'program.ts')
  await Bun.write(file, isPlain ? (await transform(text, { loader: 'ts' })).code : text)
  return file
}
