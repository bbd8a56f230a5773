/** The kinds of work: what is sent, and what a right answer to it looks like. */
import { answer, type Era, rpc } from '../support/mcp.ts'
import { PUBLIC_HOST, SUBJECT } from './stage.ts'

/**
 * Without a year: in the newest revision the server speaks. With one: in revision 2025-11-25, which all
 * of them do.
 */
export const WORKS = [
  'tools/call',
  'tools/call-2025',
  'tools/list',
  'tools/list-2025',
  'server/discover',
  'initialize',
  '401',
] as const

export type WorkName = (typeof WORKS)[number]

/** One request as it goes over the wire, but for its token. */
export interface WireRequest {
  /** Up to where the token's value stands; the whole head when there is no token. */
  readonly head: string
  readonly body: string
  readonly authorized: boolean
  /** Status of the right answer. */
  readonly status: number
}

/** What the one who answers is: an echo does not care what the work is. */
export interface Answering {
  readonly echoes: boolean
  /** Whether requests without a good token are refused. */
  readonly verifies: boolean
  readonly tools: number
}

const PARAMS: Partial<Record<string, Record<string, unknown>>> = {
  'tools/call': { name: 'whoami', arguments: {} },
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  },
}

/** The revision a kind of work is sent in, given those a server speaks; `undefined` when it has none. */
export function eraOf(work: WorkName, eras: readonly Era[]): Era | undefined {
  const wanted: readonly Era[] =
    work === 'server/discover'
      ? ['modern']
      : work === 'initialize' || work.endsWith('-2025')
        ? ['legacy']
        : ['modern', 'legacy']
  return wanted.find((era) => eras.includes(era))
}

/** The request of a kind of work. */
export function wireRequest(work: WorkName, era: Era, { verifies }: Answering): WireRequest {
  const method = work === '401' ? 'tools/call' : work.replace('-2025', '')
  const { headers, body } = rpc(era, method, PARAMS[method])
  const authorized = work !== '401'
  const lines = [
    'POST /mcp HTTP/1.1',
    `Host: ${PUBLIC_HOST}`,
    `Content-Length: ${(body as string).length}`,
    ...Object.entries(headers as Record<string, string>).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    ...(authorized ? ['Authorization: Bearer '] : []),
  ]
  const status = authorized || !verifies ? 200 : 401
  return { head: lines.join('\r\n'), body: body as string, authorized, status }
}

/** The same request for `fetch`. */
export function fetchInit({ head, body }: WireRequest, token: string): RequestInit {
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(': ') as [string, string])
    .filter(([name]) => name !== 'Content-Length')
    .map(([name, value]): [string, string] => [
      name,
      name === 'Authorization' ? value + token : value,
    ])
  return { method: 'POST', headers, body }
}

/**
 * Whether an answer is the whole of the work and not some shortcut.
 *
 * @throws {Error} that says what is missing
 */
export async function checkAnswer(
  work: WorkName,
  response: Response,
  request: WireRequest,
  answering: Answering,
): Promise<void> {
  if (response.status !== request.status) {
    throw new Error(`${work}: answered ${response.status}: ${await response.text()}`)
  }
  if (request.status === 401) {
    const challenge = response.headers.get('www-authenticate')
    if (!challenge?.startsWith('Bearer')) throw new Error(`${work}: no challenge`)
    await response.body?.cancel()
    return
  }
  const message = await answer(response)
  const right = answering.echoes
    ? JSON.stringify(message) === request.body
    : isResult(work, message.result ?? {}, answering)
  if (!right) throw new Error(`${work}: answered ${JSON.stringify(message).slice(0, 500)}`)
}

type Result = NonNullable<Awaited<ReturnType<typeof answer>>['result']>

function isResult(work: WorkName, result: Result, { tools }: Answering): boolean {
  switch (work) {
    case 'tools/call':
    case 'tools/call-2025':
      return (
        result.structuredContent?.subject === SUBJECT &&
        result.content?.[0]?.text === `Signed in as ${SUBJECT}.`
      )
    case 'tools/list':
    case 'tools/list-2025': {
      const described = result.tools?.filter(({ inputSchema, outputSchema }) => {
        return inputSchema !== undefined && outputSchema !== undefined
      })
      return described?.length === Math.min(tools, PAGE)
    }
    case 'server/discover':
      return Array.isArray(result.supportedVersions) && 'tools' in Object(result.capabilities)
    case 'initialize':
      return result.protocolVersion === '2025-11-25' && 'tools' in Object(result.capabilities)
    default:
      return false
  }
}

/** Our server lists so many tools at once. */
const PAGE = 100
