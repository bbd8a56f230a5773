/** Calls of tools as clients make them, with people who agree or do not; and a look at what came of them. */
import { createManagement, type Management } from '../../src/stytch/management.ts'
import type { Fixture } from './fixture.ts'
import { type Answer, answer, type Era, rpc } from './mcp.ts'
import { withMeta } from './session-client.ts'

/** What a call came to. */
export interface Outcome {
  readonly status: number
  /** Code of a tool error; that of the SDK, which checks arguments, is written as ours. */
  readonly code: string | undefined
  /** What the model reads first. */
  readonly text: string
  readonly data: Record<string, unknown>
  readonly result: Answer['result']
}

/** Somebody who calls tools. */
export interface Caller {
  /** Calls once. A client of the modern era says that it can ask its person. */
  call(name: string, args?: object, era?: Era, more?: object): Promise<Outcome>
  /** Calls, and has the person type this when asked. Modern. */
  agree(name: string, args: object, phrase: string): Promise<Outcome>
  /** Calls, and has the plan approved with this. 2025 era. */
  plan(name: string, args: object, phrase: string): Promise<Outcome>
}

const CAN_ASK = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }

/** @param mint of the caller's token; scopes are to be named without `openid` */
export function caller(fixture: Fixture, scope: string, mint: object = {}): Caller {
  async function call(
    name: string,
    args: object = {},
    era: Era = 'modern',
    more: object = {},
  ): Promise<Outcome> {
    const token = await fixture.token({ scope: `openid ${scope}`, ...mint })
    const request = rpc(era, 'tools/call', { name, arguments: args, ...more }, token)
    const response = await fixture.send(
      '/mcp',
      era === 'modern' ? withMeta(request, CAN_ASK) : request,
    )
    const { status } = response
    const { result } = await answer(response)
    const text = result?.content?.[0]?.text ?? ''
    const data = result?.structuredContent ?? {}
    return { status, text, data, result, code: result?.isError ? codeOf(text) : undefined }
  }

  return {
    call,
    async agree(name, args, phrase) {
      const { result, ...rest } = await call(name, args)
      if (result?.requestState === undefined) return { result, ...rest }
      return call(name, args, 'modern', {
        requestState: result.requestState,
        inputResponses: { confirm: { action: 'accept', content: { phrase } } },
      })
    },
    async plan(name, args, phrase) {
      const planned = await call(name, args, 'legacy')
      const { plan_id } = (planned.data.plan ?? {}) as { plan_id?: string }
      if (plan_id === undefined) return planned
      return call('applyPlan', { plan_id, confirm_phrase: phrase }, 'legacy')
    },
  }
}

function codeOf(text: string): string {
  if (text.includes('Invalid arguments for tool')) return 'invalid_arguments'
  return (JSON.parse(text) as { error: { code: string } }).error.code
}

/** Registers one more client. Returns what a token of it is minted with. */
export async function anotherClient(fixture: Fixture): Promise<{ readonly client_id: string }> {
  const { client_id } = await fixture.knob('clients', {
    redirect_uris: ['http://127.0.0.1/callback'],
  })
  return { client_id: client_id as string }
}

/** What a client is asked to ask its person. */
export function questionOf({ result }: Outcome): string | undefined {
  const requests = result?.inputRequests as
    | { confirm?: { params: { message: string } } }
    | undefined
  return requests?.confirm?.params.message
}

/** Local Stytch's management API, seen from beside the app. */
export function beside({ local }: Fixture): Management {
  const fetch = (async (input: RequestInfo | URL, init?: RequestInit) =>
    local.fetch(new Request(input, init))) as typeof globalThis.fetch
  const { url, workspaceKeyId: keyId, workspaceKeySecret: keySecret } = local
  return createManagement({ baseUrl: url, keyId, keySecret, fetch })
}

/** What the app asked the management API since `egress` was emptied, `METHOD /path`. */
export function managed({ egress }: Fixture): string[] {
  return egress
    .filter((line) => /^\S+ https?:\/\/[^/]+\/(?:pwa|web)\//.test(line))
    .map((line) => line.replace(/https?:\/\/[^/]+/, ''))
}

/** Those of them that change something. */
export function written(fixture: Fixture): string[] {
  return managed(fixture).filter((line) => !line.startsWith('GET '))
}
