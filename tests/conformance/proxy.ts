/**
 * A loopback proxy that adds a token: the suite has no option for one. Everything else passes as it came,
 * Host and Origin included, or protection against DNS rebinding would not be tested.
 */
import { createServer, request } from 'node:http'

/** A listening proxy. */
export interface Proxy {
  close(): Promise<void>
}

/**
 * Listens.
 *
 * @param port where the suite connects
 * @param upstream port of the server under test
 * @param token added to every request
 */
export async function startProxy(port: number, upstream: number, token: string): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const onward = request({
      host: '127.0.0.1',
      port: upstream,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, authorization: `Bearer ${token}` },
    })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode as number, answer.rawHeaders)
      // A stream may have nothing to say yet; its headers must not wait for that.
      outgoing.flushHeaders()
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
