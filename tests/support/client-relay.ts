/**
 * A loopback relay between a client and the server, known to both as the server's public URL. It notes
 * what the client says on the wire and can lie about the protected resource, as a server that is after
 * another server's tokens would.
 */
import { startServer } from './server-process.ts'

/** One MCP request that came by. */
export interface Passed {
  /** JSON-RPC method. */
  readonly method: string
  /** What the client declared, in the header or in `initialize`. */
  readonly protocolVersion: string | undefined
  readonly status: number
}

/** A server behind a relay. */
export interface RelayedServer {
  /** The MCP endpoint as clients know it. */
  readonly mcp: URL
  readonly localStytch: string
  /** MCP requests since the last {@link RelayedServer.forget}. */
  passed(): readonly Passed[]
  /** Says this instead of the true `resource`, until {@link RelayedServer.forget}. */
  claimToBe(resource: string): void
  /** Sets faults of Local Stytch, until {@link RelayedServer.forget}. */
  faults(faults: readonly object[]): Promise<void>
  /** Requests that Local Stytch was asked since the last {@link RelayedServer.forget}, as `POST /path`. */
  asked(): Promise<string[]>
  /** Back to the beginning: no clients, faults, lies or notes. */
  forget(): Promise<void>
  /** Hosts the server connected to. */
  egress(): Promise<string[]>
  stop(): Promise<void>
}

/** Starts the server under Bun, and the relay in front of it. */
export async function startRelayedServer(): Promise<RelayedServer> {
  const upstream = Promise.withResolvers<string>()
  let claimed: string | undefined
  let passed: Passed[] = []

  const relay = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const headers = new Headers(request.headers)
      headers.delete('host')
      headers.set('accept-encoding', 'identity')
      const body = request.body === null ? undefined : await request.text()
      const { method } = request
      const sent = { method, headers, body, redirect: 'manual', signal: request.signal } as const
      // The server asks itself for its metadata as it starts, before we know where it is.
      const answer = await fetch(`${await upstream.promise}${pathname}${search}`, sent)
      if (method === 'POST' && pathname === '/mcp' && body) {
        passed.push(note(body, headers, answer.status))
      }
      if (claimed === undefined || !pathname.includes('oauth-protected-resource')) return answer
      return Response.json({ ...((await answer.json()) as object), resource: claimed })
    },
  })
  const url = `http://localhost:${relay.port}`
  const server = await startServer('bun', { PUBLIC_URL: url })
  upstream.resolve(server.url)

  const knob = async (path: string, body: object) => {
    const response = await fetch(`${server.localStytch}/local/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`/local/${path}: ${await response.text()}`)
  }

  return {
    mcp: new URL('/mcp', url),
    localStytch: server.localStytch,
    passed: () => passed,
    claimToBe(resource) {
      claimed = resource
    },
    faults: (faults) => knob('faults', { faults }),
    async asked() {
      const response = await fetch(`${server.localStytch}/local/requests`)
      const { requests } = (await response.json()) as { requests: Record<string, string>[] }
      return requests.map(({ method, path }) => `${method} ${path}`)
    },
    async forget() {
      claimed = undefined
      passed = []
      await knob('reset', {})
    },
    egress: () => server.egress(),
    async stop() {
      await relay.stop(true)
      await server.stop()
    },
  }
}

function note(body: string, headers: Headers, status: number): Passed {
  const { method, params } = JSON.parse(body)
  const protocolVersion = headers.get('mcp-protocol-version') ?? params?.protocolVersion
  return { method, protocolVersion, status }
}
