/** What is open to anyone: whether the server is well, what it is, and where to sign in. */
import { expect } from 'bun:test'
import { expectMainJob } from '../../deploy/main-job.ts'
import { EITHER, type Group } from './behaviour.ts'

const METADATA = '/.well-known/oauth-protected-resource/mcp'

export const discovery: Group = {
  title: 'Finding the way in',
  behaviours: [
    {
      title: 'Health: it is up, and could verify a token',
      eras: EITHER,
      async holds({ send }) {
        const healthy = await send({}, '/healthz')
        expect([healthy.status, await healthy.json()]).toEqual([200, { status: 'ok' }])
        const ready = await send({}, '/readyz')
        expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
      },
    },
    {
      title: 'Protected resource metadata names this resource and its authorization server',
      eras: EITHER,
      async holds({ send, server }) {
        const response = await send({}, METADATA)
        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toStartWith('application/json')
        expect(await response.json()).toMatchObject({
          resource: `${server.url}/mcp`,
          authorization_servers: [server.localStytch],
          bearer_methods_supported: ['header'],
        })
      },
    },
    {
      title: 'Without a token: 401 with a challenge that leads there',
      eras: ['legacy', 'modern'],
      async holds({ ask, server }, era) {
        const response = await ask(era, 'tools/list', {}, { token: undefined })
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toBe(
          `Bearer resource_metadata="${server.url}${METADATA}", scope="openid email profile"`,
        )
        expect(response.headers.get('cache-control')).toBe('no-store')
      },
    },
    {
      title: 'Both generations of the official client register, sign a person in, and call a tool',
      eras: EITHER,
      holds: ({ server }) => expectMainJob(server.url, server.localStytch),
    },
  ],
}
