/** The two generations of the official client, behind one face: connect, be sent away, come back, call. */
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  UnauthorizedError as ModernUnauthorized,
  OAuthError,
} from '@modelcontextprotocol/client'
import { UnauthorizedError as LegacyUnauthorized } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { MemoryProvider } from './oauth-provider.ts'

/** A client that has connected. */
export interface Session {
  readonly protocolVersion: string | undefined
  listTools(): Promise<string[]>
  callTool(
    name: string,
    args?: Record<string, unknown>,
  ): Promise<{ structuredContent?: Record<string, unknown>; isError?: boolean }>
  close(): Promise<void>
}

/** One generation. */
export interface ClientKind {
  readonly name: string
  readonly protocolVersion: string
  /** Connects; resolves to `undefined` when the provider was asked to open the browser. */
  connect(url: URL, provider: MemoryProvider): Promise<Session | undefined>
  /**
   * Hands over what the browser brought back.
   *
   * @returns the OAuth error code, when it brought back an error
   */
  finish(url: URL, provider: MemoryProvider, callback: URL): Promise<string | undefined>
}

const INFO = { name: 'test-client', version: '1.0.0' }

const v1: ClientKind = {
  name: 'v1 @modelcontextprotocol/sdk',
  protocolVersion: '2025-11-25',
  async connect(url, provider) {
    const transport = new LegacyTransport(url, { authProvider: provider.legacy })
    const client = new LegacyClient(INFO)
    try {
      await client.connect(transport)
    } catch (error) {
      if (error instanceof LegacyUnauthorized) return undefined
      throw error
    }
    return {
      protocolVersion: transport.protocolVersion,
      listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
      callTool: async (name, args = {}) =>
        (await client.callTool({ name, arguments: args })) as never,
      close: () => client.close(),
    }
  },
  async finish(url, provider, callback) {
    const code = callback.searchParams.get('code')
    if (code === null) return callback.searchParams.get('error') ?? 'no code'
    await new LegacyTransport(url, { authProvider: provider.legacy }).finishAuth(code)
    return undefined
  },
}

const v2: ClientKind = {
  name: 'v2 @modelcontextprotocol/client',
  protocolVersion: '2026-07-28',
  async connect(url, provider) {
    const transport = new ModernTransport(url, { authProvider: provider.modern })
    const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } })
    try {
      await client.connect(transport)
    } catch (error) {
      if (error instanceof ModernUnauthorized) return undefined
      throw error
    }
    return {
      protocolVersion: client.getNegotiatedProtocolVersion(),
      listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
      callTool: async (name, args = {}) =>
        (await client.callTool({ name, arguments: args })) as never,
      close: () => client.close(),
    }
  },
  async finish(url, provider, callback) {
    const transport = new ModernTransport(url, { authProvider: provider.modern })
    try {
      await transport.finishAuth(callback.searchParams)
      return undefined
    } catch (error) {
      if (error instanceof OAuthError) return error.code
      throw error
    }
  },
}

/** Both generations of the official client. */
export const CLIENTS: readonly ClientKind[] = [v1, v2]
