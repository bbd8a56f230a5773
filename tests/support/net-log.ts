/** What Chromium really did on the network, from its own log: connections and datagrams, not just pages. */
import { readFile } from 'node:fs/promises'

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> }
  readonly events: readonly {
    readonly type: number
    readonly params?: { readonly address?: string }
  }[]
}

/** Traffic of a browser's whole life. */
export interface Traffic {
  /** Addresses it tried to connect to, `host:port`. */
  readonly connections: readonly string[]
  /** Datagrams it sent; a DNS query is one. */
  readonly datagrams: number
}

/**
 * Reads a log written by `--log-net-log`, after the browser has closed.
 *
 * @param path of the log
 */
export async function readNetLog(path: string): Promise<Traffic> {
  const { constants, events } = JSON.parse(await readFile(path, 'utf8')) as NetLog
  const of = (name: string) => events.filter(({ type }) => type === constants.logEventTypes[name])
  const addresses = of('TCP_CONNECT_ATTEMPT').flatMap(({ params }) => params?.address ?? [])
  return { connections: [...new Set(addresses)], datagrams: of('UDP_BYTES_SENT').length }
}
