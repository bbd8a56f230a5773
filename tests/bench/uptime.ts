/** Whether a server holds on to memory: one after the other, each called a great many times. */
import { type Asking, only, withServers } from './comparisons.ts'
import type { UptimeLine } from './results.ts'

/** Seconds between two looks. */
const SLICE = 2
const CONNECTIONS = 16

/**
 * Calls each of our servers so often, and looks at its memory after a tenth of the calls, after three tenths and
 * after all.
 *
 * @param calls at least; a slice under way is finished
 */
export async function watchMemory(calls: number, asking: Asking): Promise<UptimeLine[]> {
  const lines: UptimeLine[] = []
  for (const wanted of only(asking, ['ours'])) {
    const { row } = wanted
    asking.says(`uptime: ${row.name}, ${calls} calls`)
    lines.push(
      await withServers([wanted], asking, async ([server]) => {
        if (server === undefined) throw new Error('no server')
        const request = await server.request('tools/call')
        if (request === undefined) throw new Error(`${row.name} knows no tools/call`)
        const job = {
          port: server.port,
          request,
          tokens: await asking.stage.tokens(1),
          first: 0,
          connections: CONNECTIONS,
          seconds: SLICE,
        }
        let done = 0
        const after = async (least: number) => {
          while (done < least) done += (await asking.load.run(job)).requests
          return { calls: done, rss: (await server.cost())?.rss ?? Number.NaN }
        }
        const { name, title, runtime } = row
        const early = await after(calls / 10)
        const middle = await after((calls / 10) * 3)
        return { row: name, title, runtime, early, middle, late: await after(calls) }
      }),
    )
  }
  return lines
}
