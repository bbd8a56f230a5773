/** Clients that are libraries: they run here, with a provider that keeps everything in memory. */
import { auth, createMCPClient, UnauthorizedError } from '@ai-sdk/mcp'
import type { Client, Journey, Person } from './client-journey.ts'
import { MemoryProvider } from './oauth-provider.ts'
import { CLIENTS, type ClientKind } from './real-clients.ts'

/** Where the browser comes back to. Nobody listens there: it is read, not visited. */
const CALLBACK = 'http://127.0.0.1:9/callback'

/** The three libraries: v1 and v2 of the official SDK, and Vercel's. */
export const LIBRARIES: readonly Client[] = [
  ...CLIENTS.map((kind) => ({
    name: kind.name,
    package: kind.name.replace(/^v\d /, ''),
    protocolVersion: kind.protocolVersion,
    travel: (mcp: URL, person: Person) => withOfficialSdk(kind, mcp, person),
  })),
  {
    name: '@ai-sdk/mcp',
    package: '@ai-sdk/mcp',
    protocolVersion: '2026-07-28',
    travel: withAiSdk,
  },
]

async function withOfficialSdk(kind: ClientKind, mcp: URL, person: Person): Promise<Journey> {
  const provider = new MemoryProvider(CALLBACK)
  return journey(provider, async () => {
    if (await kind.connect(mcp, provider)) throw new Error('let in without signing in')
    const back = await person(provider.authorizationUrl as URL)
    const refused = await kind.finish(mcp, provider, back)
    if (refused !== undefined) throw new Error(refused)
    const session = await kind.connect(mcp, provider)
    if (session === undefined) throw new Error('sent to sign in again')
    const { structuredContent } = await session.callTool('whoami')
    await session.close()
    return structuredContent
  })
}

interface AuthorizationServer {
  issuer?: string
  authorizationServerUrl: string
  tokenEndpoint: string
}

/** What the AI SDK also asks for: the state to compare, and which authorization server it was. */
class AiSdkProvider extends MemoryProvider {
  #server?: AuthorizationServer
  storedState = () => this.sentState
  authorizationServerInformation = () => this.#server
  saveAuthorizationServerInformation = (server: AuthorizationServer) => {
    this.#server = server
  }
}

async function withAiSdk(mcp: URL, person: Person): Promise<Journey> {
  const provider = new AiSdkProvider(CALLBACK)
  const authProvider = provider as unknown as Parameters<typeof auth>[0]
  const connect = () =>
    createMCPClient({ transport: { type: 'http', url: mcp.href, authProvider } })
  return journey(provider, async () => {
    const early = await connect().catch((error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error
    })
    if (early) throw new Error('let in without signing in')
    const { searchParams } = await person(provider.authorizationUrl as URL)
    await auth(authProvider, {
      serverUrl: mcp,
      authorizationCode: searchParams.get('code') ?? '',
      callbackState: searchParams.get('state') ?? undefined,
      callbackIssuer: searchParams.get('iss') ?? undefined,
    })
    const client = await connect()
    const answer = await client.callTool({ name: 'whoami', arguments: {} })
    await client.close()
    return answer.structuredContent as Record<string, unknown>
  })
}

/** A library says no by throwing. */
async function journey(
  provider: MemoryProvider,
  way: () => Promise<Record<string, unknown> | undefined>,
): Promise<Journey> {
  try {
    const whoami = await way()
    return { sentTo: provider.authorizationUrl, whoami }
  } catch (error) {
    return { sentTo: provider.authorizationUrl, complaint: String(error) }
  }
}
