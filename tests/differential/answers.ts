/** Answers made comparable: all that a client can tell apart, without what is never the same twice. */

/** An answer, as far as clients can tell. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string | null>>
  /** Whether it is of a type the client reads. */
  readonly readable: boolean
  /** Its JSON, or the messages of its stream. */
  readonly messages: readonly unknown[]
}

const HEADERS = [
  'cache-control',
  'mcp-session-id',
  'www-authenticate',
  'retry-after',
  'allow',
  'vary',
  'access-control-allow-origin',
  'access-control-expose-headers',
]
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/**
 * Reads an answer. A stream is as good as its messages; one with one message is as good as JSON.
 *
 * @param accept of the request
 */
export async function told(response: Response, accept: string): Promise<Told> {
  const text = (await response.text()).replaceAll(UUID, 'a-uuid')
  const type = response.headers.get('content-type')
  return {
    status: response.status,
    headers: Object.fromEntries([
      ...HEADERS.map((name) => [
        name,
        response.headers.get(name)?.replaceAll(UUID, 'a-uuid') ?? null,
      ]),
      ['x-request-id', response.headers.has('x-request-id') ? 'there' : null],
    ]),
    readable: reads(accept, type),
    messages: text === '' ? [] : messages(text, type).map(unsealed),
  }
}

function reads(accept: string, type: string | null): boolean {
  const ranges = accept.toLowerCase().split(/\s*,\s*/)
  return ['', '*/*', type?.split(';', 1)[0] ?? ''].some((one) => ranges.includes(one))
}

function messages(text: string, type: string | null): unknown[] {
  if (type?.startsWith('text/event-stream')) {
    return text
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice('data: '.length)))
  }
  return type?.startsWith('application/json') ? [JSON.parse(text)] : [type, text]
}

/** What a seal holds, without what makes it one of a kind. */
function unsealed(value: unknown): unknown {
  if (typeof value === 'string') {
    const [, sealed] = /^v1\.([\w-]+)\.[\w-]+$/.exec(value) ?? []
    if (sealed === undefined) return value
    const { p, b } = JSON.parse(Buffer.from(sealed, 'base64url').toString())
    return { payload: { ...p, nonce: undefined }, holder: b }
  }
  if (Array.isArray(value)) return value.map(unsealed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unsealed(one)]))
}
