/** Runs one load of `../load/autocannon.ts`: the job comes as JSON, the outcome goes as JSON. */
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'

const { port, request, tokens, first, connections, seconds } = JSON.parse(await text(process.stdin))
const headers = Object.fromEntries(
  request.head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(': '))
    .filter(([name]) => name !== 'Content-Length'),
)
let at = first
const withToken = () => {
  if (!request.authorized) return headers
  return { ...headers, Authorization: `Bearer ${tokens[at++ % tokens.length]}` }
}

const load = autocannon({
  url: `http://127.0.0.1:${port}/mcp`,
  method: 'POST',
  body: request.body,
  headers: withToken(),
  connections,
  duration: seconds,
  ...(tokens.length > 1 && {
    requests: [{ setupRequest: (one) => ({ ...one, headers: withToken() }) }],
  }),
})
// Its own latencies are whole milliseconds, of answers under 300 only.
const times = []
let wrong = 0
load.on('response', (_client, status, _bytes, milliseconds) => {
  times.push(milliseconds)
  if (status !== request.status) wrong += 1
})
const { duration, errors } = await load
const sorted = Float64Array.from(times).sort()
const percentile = (p) => Math.round((sorted[Math.floor((sorted.length - 1) * p)] ?? 0) * 1000)
process.stdout.write(
  JSON.stringify({
    requests: times.length,
    seconds: duration,
    p50: percentile(0.5),
    p99: percentile(0.99),
    failures: wrong + errors,
  }),
)
