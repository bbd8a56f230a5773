/**
 * Both generations of the official client with a person behind each, joined to a server in this process.
 * The clients are the real ones: they negotiate, validate and ask as they do for everybody.
 */
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Loose } from '../support/managing.ts'

export type Args = Readonly<Record<string, unknown>>

/** What a tool answered. */
export interface Answered {
  readonly isError: boolean
  /** The first text. */
  readonly text: string
  /** All of the result, as JSON. */
  readonly whole: string
  /** Structured content. */
  readonly data: Loose
}

/** What came of a call with everything it took. */
export interface Agreed extends Answered {
  /** What the person was asked, each time. */
  readonly asked: readonly string[]
}

/** A tool as a client lists it. */
export interface Listed {
  readonly name: string
  readonly inputSchema: Loose
  readonly outputSchema?: Loose
  readonly annotations?: Loose
}

/** A connected client. */
export interface Connected {
  readonly protocolVersion: string | undefined
  readonly tools: ReadonlyMap<string, Listed>
  /** Calls a tool; a person who is asked anything says no. */
  call(name: string, args: Args): Promise<Answered>
  /** Calls a tool, and has the person type this when asked, or approve the plan with it. */
  agree(name: string, args: Args, phrase: string): Promise<Agreed>
}

/** Reaches the server. */
export type Reach = typeof fetch

/** One generation. */
export interface Kind {
  readonly name: string
  readonly protocolVersion: string
  connect(url: URL, reach: Reach): Promise<Connected>
}

const INFO = { name: 'walker', version: '1.0.0' }

/** In the 2025 era, without sessions, nobody can be asked during a call: plan, then apply. */
const v1: Kind = {
  name: 'v1 @modelcontextprotocol/sdk',
  protocolVersion: '2025-11-25',
  async connect(url, fetch) {
    const transport = new LegacyTransport(url, { fetch })
    const client = new LegacyClient(INFO)
    await client.connect(transport)
    const { tools } = await client.listTools()

    const call = async (name: string, args: Args) =>
      answered(await client.callTool({ name, arguments: args }))
    return {
      protocolVersion: transport.protocolVersion,
      tools: byName(tools),
      call,
      async agree(name, args, phrase) {
        const planned = await call(name, args)
        const plan = planned.data?.plan
        if (plan === undefined) return { ...planned, asked: [] }
        const applied = await call('applyPlan', { plan_id: plan.plan_id, confirm_phrase: phrase })
        return { ...applied, asked: [plan.summary] }
      },
    }
  },
}

/** In the 2026 era the client puts the server's questions to the person while the call goes on. */
const v2: Kind = {
  name: 'v2 @modelcontextprotocol/client',
  protocolVersion: '2026-07-28',
  async connect(url, fetch) {
    const client = new ModernClient(INFO, {
      capabilities: { elicitation: { form: {} } },
      versionNegotiation: { mode: 'auto' },
    })
    let phrase: string | undefined
    let asked: string[] = []
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params.message)
      // Who was asked more than once typed it wrong, and stops.
      return phrase !== undefined && asked.length === 1
        ? { action: 'accept' as const, content: { phrase } }
        : { action: 'decline' as const }
    })
    await client.connect(new ModernTransport(url, { fetch }))
    const { tools } = await client.listTools()

    async function agree(name: string, args: Args, typed: string | undefined): Promise<Agreed> {
      asked = []
      phrase = typed
      const result = answered(await client.callTool({ name, arguments: args }))
      return { ...result, asked }
    }
    return {
      protocolVersion: client.getNegotiatedProtocolVersion(),
      tools: byName(tools),
      call: (name, args) => agree(name, args, undefined),
      agree,
    }
  },
}

/** Both generations. */
export const KINDS: readonly Kind[] = [v1, v2]

function byName(tools: readonly Listed[]): ReadonlyMap<string, Listed> {
  return new Map(tools.map((tool) => [tool.name, tool]))
}

function answered(result: Loose): Answered {
  return {
    isError: result.isError === true,
    text: result.content?.[0]?.text ?? '',
    whole: JSON.stringify(result),
    data: result.structuredContent,
  }
}
