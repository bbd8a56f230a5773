/** Which tokens are good, for what. */
import { expect } from 'bun:test'
import { answer, type Era } from '../../support/mcp.ts'
import { type Behaviour, type Group, WHOAMI } from './behaviour.ts'

const BOTH: readonly Era[] = ['legacy', 'modern']

/** Minted as told, a token is refused, and nobody is told anything. */
const refused = (title: string, mint: Record<string, unknown>): Behaviour => ({
  title,
  eras: BOTH,
  async holds({ ask, token }, era) {
    const response = await ask(era, 'tools/call', WHOAMI, { token: await token(mint) })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(await response.text()).not.toContain('user-test-')
  },
})

export const tokens: Group = {
  title: 'Tokens',
  behaviours: [
    {
      title: 'A good token: the tool knows who calls',
      eras: BOTH,
      async holds({ ask, token }, era) {
        const bob = await token({ user: 'bob@example.com' })
        const response = await ask(era, 'tools/call', WHOAMI, { token: bob })
        expect(response.status).toBe(200)
        const { result } = await answer(response)
        expect(result?.structuredContent).toMatchObject({ email: 'bob@example.com' })
      },
    },
    refused('Expired: 401', { expires_in: -60 }),
    refused('Signed with another key: 401', { key: 'foreign' }),
    refused('Meant for another server: 401', { claims: { aud: ['https://other.example/mcp'] } }),
    refused('A session JWT of the same project: 401', { kind: 'session' }),
    {
      title: 'Not a token at all: 401; not even a Bearer: 400',
      eras: BOTH,
      async holds({ ask }, era) {
        expect((await ask(era, 'tools/list', {}, { token: 'abc' })).status).toBe(401)
        const headers = { Authorization: 'Bearer a b' }
        expect((await ask(era, 'tools/list', {}, { headers })).status).toBe(400)
      },
    },
    {
      title: 'A scope is missing: 403 that names it, and with it the call is served',
      eras: BOTH,
      async holds({ ask, token }, era) {
        const listing = { name: 'listProjects', arguments: {} }
        const response = await ask(era, 'tools/call', listing)
        expect(response.status).toBe(403)
        const challenge = response.headers.get('www-authenticate') ?? ''
        expect(challenge).toContain('error="insufficient_scope"')
        const [, scope] = /scope="([^"]+)"/.exec(challenge) ?? []
        expect(scope?.split(' ')).toContain('read:projects')
        const more = await ask(era, 'tools/call', listing, {
          token: await token({ scope: `openid email profile ${scope}` }),
        })
        expect(more.status).toBe(200)
        expect((await answer(more)).result?.structuredContent).toHaveProperty('projects')
      },
    },
  ],
}
