/** How long the server takes to end at most, which whoever ends it must allow for. */
import { join } from 'node:path'

const START = join(import.meta.dir, '../../src/runtime/start.ts')

/** Seconds, as `src/runtime/start.ts` has them. */
export async function secondsToStop(): Promise<number> {
  const [, digits] = /^const DEADLINE = ([\d_]+)$/m.exec(await Bun.file(START).text()) ?? []
  if (digits === undefined) throw new Error('src/runtime/start.ts has no DEADLINE any more')
  return Number(digits.replaceAll('_', '')) / 1000
}
