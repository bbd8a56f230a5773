/**
 * The least that a server with our duties can cost: what one `tools/call` takes, written as one function for
 * this call alone. Nobody should run it: it knows one tool, one revision and no way to be wrong.
 */
import { hash } from 'node:crypto'
import { callerInfo, callerOf, unauthorized } from './caller.ts'
import { listen } from './listen.ts'
import { benchTools, type Caller } from './tools.ts'

const [whoami] = benchTools(1)
if (whoami === undefined) throw new Error('There is no tool.')
const { input, output, answer } = whoami

/** Looked at by our server with every call; nearly all say what they say of every other request. */
const HEADERS =
  'host content-length transfer-encoding origin x-mcp-toolsets x-mcp-tools x-mcp-readonly content-type content-encoding accept mcp-protocol-version mcp-method mcp-name'.split(
    ' ',
  )
const SERVER = JSON.stringify({ 'io.modelcontextprotocol/serverInfo': { name: 'by-hand' } })
const EPOCH = crypto.randomUUID()

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const known = new Map<string, Caller>()
let lines: ((isLast: boolean) => string)[] = []
let seq = 0
let previous = ''
let since = ''

function handle(request: Request): Response | Promise<Response> {
  const at = Date.now()
  const id = crypto.randomUUID()
  const { headers } = request
  for (const name of HEADERS) if (headers.get(name) === 'none') return new Response(null)
  const authorization = headers.get('authorization')
  const caller = known.get(authorization ?? '')
  return caller === undefined
    ? firstCall(request, authorization, at, id)
    : request.arrayBuffer().then((body) => called(body, caller, at, id))
}

async function firstCall(
  request: Request,
  authorization: string | null,
  at: number,
  id: string,
): Promise<Response> {
  const info = await callerInfo(authorization)
  if (info === undefined || authorization === null) return unauthorized()
  const caller = callerOf(info)
  known.set(authorization, caller)
  return called(await request.arrayBuffer(), caller, at, id)
}

function called(body: ArrayBuffer, caller: Caller, at: number, id: string): Response {
  const text = decoder.decode(body)
  const message = JSON.parse(text)
  // One way to read it, and few enough levels, is what our server makes sure of.
  if (JSON.stringify(message) !== text) return new Response(null, { status: 400 })
  input.parse(message.params.arguments)
  const { text: summary, data } = answer(caller)
  output.parse(data)
  const content = [summary, JSON.stringify(data)].map((one) => ({ type: 'text', text: one }))
  const result = JSON.stringify({ content, structuredContent: data })
  const ms = Date.now() - at
  later(() => `{${time(at)},"event":"request","request_id":"${id}","status":200,"ms":${ms}}`)
  later((isLast) => record(caller, at, id, ms, isLast))
  return new Response(
    `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":${result.slice(0, -1)},"resultType":"complete","_meta":${SERVER}}}`,
    {
      headers: {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        'X-Request-Id': id,
        Vary: 'Origin',
      },
    },
  )
}

/** Of records written together the last has a hash, for all of them. */
function record(
  { subject, clientId, scopes }: Caller,
  at: number,
  id: string,
  ms: number,
  isLast: boolean,
): string {
  const place = `{${time(at)},"event":"audit","epoch":"${EPOCH}","seq":${++seq}`
  const facts = `"phase":"outcome","correlation_id":"${id}","sub":"${subject}","client_id":"${clientId}","tool":"whoami","scopes":["${scopes.join('","')}"],"decision":"allowed","confirmation":"none","upstream":[],"outcome":"ok","duration_ms":${ms}`
  if (!isLast) {
    const line = `${place},${facts}}`
    since += `${line}\n`
    return line
  }
  const open = `${place},"previous":"${previous}",${facts}`
  previous = hash('sha256', `${since}${open}}`, 'base64url')
  since = ''
  return `${open},"hash":"${previous}"}`
}

function time(at: number): string {
  return `"time":"${new Date(at).toISOString()}","level":"info"`
}

function later(line: (isLast: boolean) => string): void {
  lines.push(line)
  if (lines.length < 32) return
  const all = lines
  lines = []
  process.stdout.write(all.map((one, at) => `${one(at === all.length - 1)}\n`).join(''))
}

await listen(handle)
