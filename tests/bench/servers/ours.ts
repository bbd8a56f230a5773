/**
 * Our server under load. The bundler puts this in the place of `src/runtime/start.ts`, so that each runtime's
 * entry listens here just as it does for everyone.
 */
import type { Runtime } from '../../../src/runtime/start.ts'
import { appUnderLoad } from './ours-app.ts'

/** Starts it. What is the bench's alone an entry may leave out of its environment. */
export async function start({ listen, ...ways }: Runtime): Promise<void> {
  const { app, config } = appUnderLoad(process.env, ways)
  await listen(app.fetch, config.listen)
}
