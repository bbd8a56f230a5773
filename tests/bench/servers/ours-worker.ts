/**
 * Our server under load in workerd. The bundler puts this in the place of `src/runtime/worker-app.ts`, so that
 * the Worker's own entry serves.
 */
import type { Serve, WorkerEnvironment } from '../../../src/runtime/worker-app.ts'
import { appUnderLoad } from './ours-app.ts'

/** Builds it. */
export function workerApp(env: WorkerEnvironment): Serve {
  const texts = env as Readonly<Record<string, string>>
  // biome-ignore lint/suspicious/noConsole: where a Worker prints
  const { app } = appUnderLoad(texts, { print: (line) => console.log(line) })
  return (request) => app.fetch(request)
}
