/**
 * The OAuth code of both MCP client generations, unmodified, against Local Stytch: what matters about an
 * error code is what a real client does when it gets it.
 */
import { describe, expect, test } from 'bun:test'
import { auth as modernAuth } from '@modelcontextprotocol/client'
import { auth as legacyAuth } from '@modelcontextprotocol/sdk/client/auth.js'
import { type Json, PAGE, type Walkthrough, walkthrough } from './walkthrough.ts'

const RESOURCE = `${PAGE}/mcp`
const CALLBACK = 'http://localhost:33418/callback'

const generations: [string, Json][] = [
  ['@modelcontextprotocol/sdk (2025)', legacyAuth],
  ['@modelcontextprotocol/client (2026)', modernAuth],
]

/** A client's memory, and the browser it opens. */
function mcpClient(world: Walkthrough, auth: Json, scope?: string) {
  const saved: Json = {}
  const registered: string[] = []
  const provider = {
    redirectUrl: CALLBACK,
    clientMetadata: {
      client_name: 'MCP client',
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: 'none',
    },
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

  async function connect() {
    expect(await run()).toBe('REDIRECT')
    const back = await consent()
    const finished = await run({ authorizationCode: back.get('code'), iss: back.get('iss') })
    expect(finished).toBe('AUTHORIZED')
  }

  return { saved, registered, run, connect }
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

for (const [generation, auth] of generations) {
  describe(generation, () => {
    test('discovers, registers, signs in and is authorized', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid email offline_access')
      await client.connect()
      expect(client.saved.page.origin + client.saved.page.pathname).toBe(`${PAGE}/oauth/authorize`)
      expect(client.saved.tokens.scope).toBe('openid email offline_access')
      expect((await world.userinfo(client.saved.tokens.access_token)).status).toBe(200)
    })

    test('refreshes silently', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid offline_access')
      await client.connect()
      const before = client.saved.tokens.access_token
      world.advance(3600)
      expect(await client.run()).toBe('AUTHORIZED')
      expect(client.saved.tokens.access_token).not.toBe(before)
    })

    test('after invalid_grant asks the person again', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid offline_access')
      await client.connect()
      const { client_id } = client.saved.client
      await world.refresh(client_id, client.saved.tokens.refresh_token)
      expect(await client.run()).toBe('REDIRECT')
      expect(client.saved.client.client_id).toBe(client_id)
    })

    test('after invalid_client registers again', async () => {
      const world = walkthrough()
      const client = mcpClient(world, auth, 'openid offline_access')
      await client.connect()
      await world.postJson('/local/reset', {})
      expect(await client.run()).toBe('REDIRECT')
      expect(client.registered.at(-1)).not.toBe(client.registered[0])
    })
  })
}
