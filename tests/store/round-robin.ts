/** A tiny load balancer: connections go to one server after the other, byte by byte. */
import { connect, createServer, type Socket } from 'node:net'

export interface RoundRobin {
  readonly port: number
  /** Connections each server got. */
  readonly counts: readonly number[]
  close(): void
}

/**
 * Listens on a port of its own. A server that accepts no connection is passed over: nothing has been sent to it
 * yet. One that breaks a connection off breaks it off for the client as well.
 *
 * @param port to listen on
 * @param targets ports of the servers
 */
export async function roundRobin(port: number, targets: readonly number[]): Promise<RoundRobin> {
  const counts = targets.map(() => 0)
  const open = new Set<Socket>()
  let turn = 0

  function forward(client: Socket, which: number, left = targets.length): void {
    const server = connect(targets[which] as number, '127.0.0.1')
    open.add(server)
    const next = (which + 1) % targets.length
    const pass = () => (left > 1 ? forward(client, next, left - 1) : client.destroy())
    server.once('error', pass)
    server.once('connect', () => {
      counts[which] = (counts[which] ?? 0) + 1
      server.off('error', pass)
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    })
  }

  const listener = createServer({ allowHalfOpen: false }, (client) => {
    open.add(client)
    client.on('error', () => {})
    forward(client, turn++ % targets.length)
  })
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
  return {
    port,
    counts,
    close() {
      listener.close()
      for (const socket of open) socket.destroy()
    },
  }
}
