/** What the server is for, without a browser: be refused, be told where to sign in, sign in, call `whoami`. */
import { expect } from 'bun:test'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { signInHeadless } from '../support/headless-sign-in.ts'
import { MemoryProvider } from '../support/oauth-provider.ts'
import { CLIENTS, type Session } from '../support/real-clients.ts'

/**
 * Does the main job with both generations of the official client.
 *
 * @param url origin of the server
 * @param localStytch origin of the Local Stytch beside it
 */
export async function expectMainJob(url: string, localStytch: string): Promise<void> {
  const refused = await fetch(`${url}/mcp`, { method: 'POST' })
  expect(refused.status).toBe(401)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] as string
  const document = (await (await fetch(metadata)).json()) as Record<string, unknown>
  expect(document).toMatchObject({
    resource: `${url}/mcp`,
    authorization_servers: [localStytch],
  })

  for (const client of CLIENTS) {
    const provider = new MemoryProvider('http://127.0.0.1:9/callback')
    const endpoint = new URL('/mcp', url)
    expect(await client.connect(endpoint, provider)).toBeUndefined()
    const sentTo = provider.authorizationUrl as URL
    expect(sentTo.origin).toBe(url)
    const back = await signInHeadless(sentTo, localStytch, LOCAL_PROJECT.publicToken)
    expect(await client.finish(endpoint, provider, back)).toBeUndefined()
    const session = (await client.connect(endpoint, provider)) as Session
    const { structuredContent } = await session.callTool('whoami')
    expect(structuredContent).toMatchObject({ email: 'ada@example.com', issuer: localStytch })
    await session.close()
  }
}
