/** Routes that are not MCP: with and without a framework. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Example, startExample } from '../support/example-process.ts'

let example: Example
const bearer = async (scopes: string[], email = 'ada@example.com') => ({
  Authorization: `Bearer ${await example.stytch.token({ email, scopes })}`,
})

describe('with Hono', () => {
  beforeAll(async () => {
    example = await startExample('own-routes/app.ts')
  })
  afterAll(() => example.stop())

  test('who may write writes, and each reads their own', async () => {
    const headers = await bearer(['openid', 'write:colour'])
    const put = await example.send('/api/colour', { method: 'PUT', headers, body: 'teal' })
    expect(put.status).toBe(204)
    const colour = async (email: string) =>
      (await example.send('/api/colour', { headers: await bearer(['openid'], email) })).json()
    expect(await colour('ada@example.com')).toEqual({ colour: 'teal' })
    expect(await colour('bob@example.com')).toEqual({ colour: null })
  })

  test('who may not is told which scopes it takes', async () => {
    const headers = await bearer(['openid'])
    const put = await example.send('/api/colour', { method: 'PUT', headers, body: 'red' })
    expect(put.status).toBe(403)
    expect(put.headers.get('www-authenticate')).toContain('scope="openid write:colour"')
  })

  test('who has no token is told where to read about it, and it is there', async () => {
    const refused = await example.send('/api/colour')
    expect(refused.status).toBe(401)
    const metadata = `${example.url}/.well-known/oauth-protected-resource/api`
    expect(refused.headers.get('www-authenticate')).toContain(`resource_metadata="${metadata}"`)
    expect(await (await fetch(metadata)).json()).toMatchObject({
      resource: `${example.url}/api`,
      resource_name: 'Colours',
      scopes_supported: ['openid', 'write:colour'],
    })
    expect((await example.send('/')).status).toBe(200)
  })
})

describe('without a framework', () => {
  beforeAll(async () => {
    example = await startExample('bare-fetch/server.ts')
  })
  afterAll(() => example.stop())

  test('who has a token is known', async () => {
    const response = await example.send('/api', { headers: await bearer(['openid']) })
    expect(await response.json()).toEqual({
      subject: 'user-test-ada00000-1815-4210-9abc-000000000001',
      scopes: ['openid'],
    })
  })

  test('who has none is told where to read about it, and it is there', async () => {
    const refused = await example.send('/api')
    expect(refused.status).toBe(401)
    const [, url = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? []
    expect((await (await fetch(url)).json()).resource).toBe(`${example.url}/api`)
    expect((await example.send('/none')).status).toBe(404)
  })
})
