/** What people see. */
import { expect } from 'bun:test'
import { SEED_CLIENT_ID } from '../../../src/local/index.ts'
import { EITHER, type Group } from './behaviour.ts'

/** An authorization request as clients make it. */
const REQUEST = new URLSearchParams({
  response_type: 'code',
  client_id: SEED_CLIENT_ID,
  redirect_uri: 'http://127.0.0.1:33418/callback',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  state: 'af0ifjsldkj',
  scope: 'openid email',
})

export const pages: Group = {
  title: 'Pages',
  behaviours: [
    {
      title: 'The sign-in page comes under its policy, with its script and styles',
      eras: EITHER,
      async holds({ send, server }) {
        const page = await send({}, `/oauth/authorize?${REQUEST}`)
        expect(page.status).toBe(200)
        const policy = page.headers.get('content-security-policy') ?? ''
        for (const directive of ["default-src 'none'", "frame-ancestors 'none'"]) {
          expect(policy).toContain(directive)
        }
        expect(policy).toContain(`connect-src ${server.localStytch}`)
        expect(policy).not.toContain('unsafe-inline')
        const html = await page.text()
        const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
          ([, path]) => path,
        )
        expect(assets.length).toBeGreaterThanOrEqual(2)
        for (const path of assets as string[]) {
          const plain = await send({ headers: { 'Accept-Encoding': 'identity' } }, path)
          expect(plain.status).toBe(200)
          expect(plain.headers.get('cache-control')).toContain('immutable')
          expect(plain.headers.get('content-encoding')).toBeNull()
          const compressed = await send({ headers: { 'Accept-Encoding': 'gzip' } }, path)
          expect(compressed.headers.get('content-encoding')).toBe('gzip')
          expect(await compressed.text()).toBe(await plain.text())
        }
      },
    },
    {
      title: 'An authorization request that is wrong is told so, and runs no script',
      eras: EITHER,
      async holds({ send }) {
        const wrong = new URLSearchParams(
          [...REQUEST].filter(([name]) => name !== 'code_challenge'),
        )
        const page = await send({}, `/oauth/authorize?${wrong}`)
        expect(page.status).toBe(400)
        expect(page.headers.get('content-security-policy')).not.toContain('script-src')
        expect(await page.text()).not.toContain('<script')
      },
    },
    {
      title: 'The home page shows how to connect',
      eras: EITHER,
      async holds({ send, server }) {
        const page = await send({}, '/')
        expect(page.status).toBe(200)
        expect(await page.text()).toContain(`${server.url}/mcp`)
      },
    },
  ],
}
