/**
 * What a container engine runs to learn whether the server beside it answers: status 0 if it does. The
 * server's own binary can run it: `BUN_BE_BUN=1 stytch-mcp health.ts`, in the server's environment.
 */
const { HOST, PORT, PUBLIC_URL } = process.env

/** Milliseconds. */
const PATIENCE = 4_000
/** A server that listens on every address is asked on this one. */
const LOOPBACK: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const port = PORT || '3000'
const host = LOOPBACK[HOST || ''] ?? (HOST || '127.0.0.1')
const address = host.includes(':') ? `[${host}]` : host
// The server answers to its own name only.
const name = PUBLIC_URL ? new URL(PUBLIC_URL).host : `localhost:${port}`

const answer = await fetch(`http://${address}:${port}/healthz`, {
  headers: { Host: name },
  redirect: 'manual',
  signal: AbortSignal.timeout(PATIENCE),
}).catch((error: Error) => error.message)

const status = typeof answer === 'string' ? answer : answer.status
process.stdout.write(`${status}\n`)
process.exit(status === 200 ? 0 : 1)
