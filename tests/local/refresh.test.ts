import { describe, expect, test } from 'bun:test'
import { REDIRECT, VERIFIER, walkthrough } from './walkthrough.ts'

const THREE_MONTHS = 90 * 24 * 3600

describe('a public client', () => {
  const world = walkthrough()
  const { refresh, userinfo, tokens } = world

  test('B4.08 gets a new refresh token on every use', async () => {
    const first = await tokens()
    const { status, json } = await refresh(first.clientId, first.tokens.refresh_token)
    expect(status).toBe(200)
    expect(json.refresh_token).not.toBe(first.tokens.refresh_token)
    expect(json.scope).toBe(first.tokens.scope)
    expect((await userinfo(json.access_token)).status).toBe(200)
    expect((await refresh(first.clientId, json.refresh_token)).status).toBe(200)
  })

  test('B4.08 an old refresh token kills the whole family', async () => {
    const first = await tokens()
    const second = (await refresh(first.clientId, first.tokens.refresh_token)).json
    const replay = await refresh(first.clientId, first.tokens.refresh_token)
    expect(replay.status).toBe(400)
    expect(replay.json.error).toBe('invalid_grant')
    expect(replay.json.error_description).toStartWith('idp_refresh_token_already_used')
    expect((await refresh(first.clientId, second.refresh_token)).json.error).toBe('invalid_grant')
    expect((await userinfo(second.access_token)).status).toBe(401)
    expect((await userinfo(first.tokens.access_token)).status).toBe(401)
  })

  test('E-O36 parallel uses never leave two live chains', async () => {
    const { clientId, tokens: first } = await tokens()
    const answers = await Promise.all([
      refresh(clientId, first.refresh_token),
      refresh(clientId, first.refresh_token),
    ])
    const live = answers.filter(({ status }) => status === 200)
    expect(live).toHaveLength(1)
    const again = await refresh(clientId, live[0]?.json.refresh_token)
    expect(again.json.error).toBe('invalid_grant')
  })

  test('B4.09 scope may narrow, and what was granted can be had again', async () => {
    const { clientId, tokens: first } = await tokens()
    const narrow = await refresh(clientId, first.refresh_token, { scope: 'email' })
    expect(narrow.json.scope).toBe('email')
    expect(narrow.json).not.toHaveProperty('id_token')
    const full = await refresh(clientId, narrow.json.refresh_token)
    expect(full.json.scope).toBe(first.scope)
  })

  test('E-O37 scope never widens, and a refused request uses nothing up', async () => {
    const { clientId, tokens: first } = await tokens({ scopes: ['openid', 'offline_access'] })
    const wider = await refresh(clientId, first.refresh_token, { scope: 'openid email' })
    expect({ status: wider.status, error: wider.json.error }).toEqual({
      status: 400,
      error: 'invalid_scope',
    })
    expect((await refresh(clientId, first.refresh_token)).status).toBe(200)
  })

  test('E-O37 another client cannot use it, nor does trying harm it', async () => {
    const { clientId, tokens: first } = await tokens()
    const thief = await world.register({ client_name: 'Thief' })
    const stolen = await refresh(thief.client_id, first.refresh_token)
    expect(stolen.json.error).toBe('invalid_grant')
    expect((await refresh(clientId, first.refresh_token)).status).toBe(200)
  })

  test('E-O37 an access token is no refresh token', async () => {
    const { clientId, tokens: first } = await tokens()
    const { json } = await refresh(clientId, first.access_token)
    expect(json.error).toBe('invalid_grant')
    expect(json.error_description).toStartWith('idp_refresh_token_not_found')
  })

  test('a resource beyond the grant is invalid_target', async () => {
    const { clientId, tokens: first } = await tokens({ resources: ['https://mcp.test/mcp'] })
    const other = await refresh(clientId, first.refresh_token, { resource: 'https://other.test' })
    expect(other.json.error).toBe('invalid_target')
    const same = await refresh(clientId, first.refresh_token, { resource: 'https://mcp.test/mcp' })
    expect(same.status).toBe(200)
  })

  test('unused for three months, it expires', async () => {
    const clocked = walkthrough()
    const { clientId, tokens: first } = await clocked.tokens()
    clocked.advance(THREE_MONTHS)
    const { json } = await clocked.refresh(clientId, first.refresh_token)
    expect(json.error).toBe('invalid_grant')
    expect(json.error_description).toStartWith('idp_refresh_token_expired')
  })
})

describe('a confidential client', () => {
  async function confidential() {
    const world = walkthrough()
    const client = await world.register({ token_endpoint_auth_method: 'client_secret_post' })
    const secret = { client_secret: client.client_secret }
    const id: string = client.client_id
    const answer = await world.exchange(id, await world.code(id), secret)
    return { world, id, secret, refreshToken: answer.json.refresh_token as string }
  }

  test('keeps its refresh token', async () => {
    const { world, id, secret, refreshToken } = await confidential()
    for (let use = 0; use < 2; use++) {
      const { status, json } = await world.refresh(id, refreshToken, secret)
      expect(status).toBe(200)
      expect(json).not.toHaveProperty('refresh_token')
    }
  })

  test('extends its life by using it', async () => {
    const { world, id, secret, refreshToken } = await confidential()
    world.advance(THREE_MONTHS - 1)
    expect((await world.refresh(id, refreshToken, secret)).status).toBe(200)
    world.advance(THREE_MONTHS - 1)
    expect((await world.refresh(id, refreshToken, secret)).status).toBe(200)
    world.advance(THREE_MONTHS)
    expect((await world.refresh(id, refreshToken, secret)).json.error).toBe('invalid_grant')
  })

  test('must prove itself to use it', async () => {
    const { world, id, refreshToken } = await confidential()
    expect((await world.refresh(id, refreshToken)).status).toBe(401)
  })
})

test('through the shared API the refreshed token names the other issuer', async () => {
  const world = walkthrough()
  const { clientId, tokens } = await world.tokens()
  const { json } = await world.postForm(`/v1/public/${world.local.projectId}/oauth2/token`, {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: tokens.refresh_token,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  })
  const payload = JSON.parse(Buffer.from(json.access_token.split('.')[1], 'base64url').toString())
  expect(payload.iss).toBe(`stytch.com/${world.local.projectId}`)
})
