/**
 * The OAuth code of both MCP client generations, unmodified, and what surrounds it on a desktop: a memory,
 * a browser with a person in it, and an internet that consists of Local Stytch.
 */
import { expect } from 'bun:test'
import { auth as modernAuth } from '@modelcontextprotocol/client'
import { auth as legacyAuth } from '@modelcontextprotocol/sdk/client/auth.js'
import { type Json, PAGE, type Walkthrough } from './walkthrough.ts'

/** The MCP server every client wants to use. */
export const RESOURCE = `${PAGE}/mcp`
const CALLBACK = 'http://localhost:33418/callback'

/** What every client says when it registers. */
export const CLIENT_METADATA = {
  client_name: 'MCP client',
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: 'none',
}

/** Both generations of client, by name. */
export const generations: [string, Json][] = [
  ['@modelcontextprotocol/sdk (2025)', legacyAuth],
  ['@modelcontextprotocol/client (2026)', modernAuth],
]

/**
 * A client's memory, and the browser it opens.
 *
 * @param knows members of the client's provider beside the usual ones
 */
export function mcpClient(world: Walkthrough, auth: Json, scope?: string, knows: Json = {}) {
  const saved: Json = {}
  const registered: string[] = []
  const provider = {
    redirectUrl: CALLBACK,
    clientMetadata: CLIENT_METADATA,
    state: () => 'client-state',
    clientInformation: () => saved.client,
    saveClientInformation: (client: Json) => {
      saved.client = client
      registered.push(client.client_id)
    },
    tokens: () => saved.tokens,
    saveTokens: (tokens: Json) => {
      saved.tokens = tokens
    },
    saveCodeVerifier: (verifier: string) => {
      saved.verifier = verifier
    },
    codeVerifier: () => saved.verifier,
    redirectToAuthorization: (url: URL) => {
      saved.page = url
    },
    discoveryState: () => saved.discovery,
    saveDiscoveryState: (discovery: Json) => {
      saved.discovery = discovery
    },
    invalidateCredentials: (what: string) => {
      if (what === 'all' || what === 'tokens') saved.tokens = undefined
      if (what === 'all' || what === 'client') saved.client = undefined
    },
    ...knows,
  }
  const run = (extra: Json = {}) =>
    auth(provider, { serverUrl: RESOURCE, fetchFn: internet(world), scope, ...extra })

  /** The consent page: forwards the authorization request as `@stytch/react` does, and says yes. */
  async function consent(): Promise<URLSearchParams> {
    const asked: URLSearchParams = saved.page.searchParams
    const answer = await world.sdk(
      '/idp/oauth/authorize/submit',
      {
        client_id: asked.get('client_id'),
        redirect_uri: asked.get('redirect_uri'),
        response_type: asked.get('response_type'),
        scopes: (asked.get('scope') ?? 'openid email profile').split(' '),
        code_challenge: asked.get('code_challenge'),
        state: asked.get('state'),
        ...(asked.has('prompt') && { prompt: asked.get('prompt') }),
        resources: asked.getAll('resource'),
        consent_granted: true,
      },
      await world.signIn(),
    )
    return new URL(answer.json.data.redirect_uri).searchParams
  }

  /** What the client makes of the browser coming back. */
  const finish = (back: URLSearchParams) =>
    run({ authorizationCode: back.get('code'), iss: back.get('iss') ?? undefined })

  async function connect() {
    expect(await run()).toBe('REDIRECT')
    expect(await finish(await consent())).toBe('AUTHORIZED')
  }

  return { saved, registered, run, consent, finish, connect }
}

/** Local Stytch, and the one document of the MCP server that a client needs to find it. */
function internet({ local }: Walkthrough) {
  return async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(url, init)
    if (request.url.startsWith(local.url)) return local.fetch(request)
    if (new URL(request.url).pathname !== '/.well-known/oauth-protected-resource/mcp') {
      return new Response(null, { status: 404 })
    }
    return Response.json({ resource: RESOURCE, authorization_servers: [local.url] })
  }
}
