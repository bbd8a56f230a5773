import { describe, expect, test } from 'bun:test'
import { SEED_CLIENT_ID } from '../../src/local/index.ts'
import { CHALLENGE, type Json, REDIRECT, walkthrough } from './walkthrough.ts'

const ADA = 'ada@example.com'

function revocable() {
  const world = walkthrough()
  const { postJson } = world
  return {
    ...world,
    disconnect: (body: Json) => postJson('/local/grants/revoke', body),
    mint: async (body: Json = {}): Promise<string> =>
      (await postJson('/local/tokens', { kind: 'access', ...body })).json.token,
    confidential: () => world.register({ token_endpoint_auth_method: 'client_secret_post' }),
  }
}

describe('disconnecting', () => {
  for (const by of ['access_token', 'refresh_token', 'user and client']) {
    test(`by ${by} ends everything the app was given`, async () => {
      const { tokens: issue, disconnect, userinfo, introspect, refresh } = revocable()
      const { clientId, tokens } = await issue()
      const body =
        by === 'user and client' ? { user: ADA, client_id: clientId } : { token: tokens[by] }
      expect((await disconnect(body)).json.revoked).toBe(1)
      expect((await userinfo(tokens.access_token)).status).toBe(401)
      for (const token of [tokens.access_token, tokens.refresh_token]) {
        expect((await introspect(clientId, token)).json.active).toBe(false)
      }
      expect((await refresh(clientId, tokens.refresh_token)).json.error).toBe('invalid_grant')
      expect((await disconnect(body)).json.revoked).toBe(0)
    })
  }

  test('by token spares the app’s other grants', async () => {
    const { mint, disconnect, userinfo } = revocable()
    const [first, second] = [await mint(), await mint()]
    await disconnect({ token: first })
    expect((await userinfo(first)).status).toBe(401)
    expect((await userinfo(second)).status).toBe(200)
  })

  test('by user and client ends all between the two, and spares others', async () => {
    const { mint, disconnect, userinfo, register } = revocable()
    const other = await register()
    const mine = [await mint(), await mint()]
    const spared = [
      await mint({ user: 'bob@example.com' }),
      await mint({ client_id: other.client_id }),
    ]
    const { json } = await disconnect({ user: 'Ada@example.com', client_id: SEED_CLIENT_ID })
    expect(json.revoked).toBe(2)
    for (const token of mine) expect((await userinfo(token)).status).toBe(401)
    for (const token of spared) expect((await userinfo(token)).status).toBe(200)
  })

  test('makes codes worthless and consent be asked for again', async () => {
    const { register, code, signIn, sdk, disconnect, exchange } = revocable()
    const { client_id } = await register()
    const pending = await code(client_id)
    const session = await signIn()
    const start = async () => {
      const request = {
        client_id,
        redirect_uri: REDIRECT,
        scopes: ['openid', 'email'],
        code_challenge: CHALLENGE,
      }
      const { json } = await sdk('/idp/oauth/authorize/start', request, session)
      return json.data.consent_required
    }
    expect(await start()).toBe(false)
    await disconnect({ user: ADA, client_id })
    expect(await start()).toBe(true)
    const { status, json } = await exchange(client_id, pending)
    expect(status).toBe(400)
    expect(json.error).toBe('invalid_grant')
  })

  test('needs no secret of a confidential client', async () => {
    const { confidential, mint, disconnect, userinfo, postForm } = revocable()
    const { client_id } = await confidential()
    const token = await mint({ client_id })
    expect((await postForm('/v1/oauth2/revoke', { client_id, token })).status).toBe(401)
    expect((await userinfo(token)).status).toBe(200)
    expect((await disconnect({ token })).json.revoked).toBe(1)
    expect((await userinfo(token)).status).toBe(401)
  })

  const malformed: [Json, string][] = [
    [{}, 'body: Send either token, or user and client_id.'],
    [{ user: ADA }, 'body: Send either token, or user and client_id.'],
    [{ token: 'x', user: ADA }, 'body: Unrecognized key: "user".'],
    [{ token: 'x' }, 'token: nobody issued it here.'],
    [{ user: 'eve@example.com', client_id: SEED_CLIENT_ID }, 'user: nobody here has that address.'],
    [{ user: ADA, client_id: 'x' }, 'client_id: no such client.'],
  ]
  for (const [body, message] of malformed) {
    test(`${JSON.stringify(body)} is refused in a sentence`, async () => {
      const { status, json } = await revocable().disconnect(body)
      expect(status).toBe(400)
      expect(json.error_message).toBe(message)
    })
  }
})

test('a minted token of a confidential client is introspected with the secret only', async () => {
  const { confidential, mint, userinfo, introspect, postForm } = revocable()
  const { client_id, client_secret } = await confidential()
  const token = await mint({ client_id })
  expect((await userinfo(token)).json.email).toBe(ADA)
  const bare = await introspect(client_id, token)
  expect(bare.status).toBe(401)
  expect(bare.json.error).toBe('invalid_client')
  expect(bare.json).not.toHaveProperty('active')
  const proven = await postForm('/v1/oauth2/introspect', { client_id, client_secret, token })
  expect(proven.json).toMatchObject({ active: true, client_id })
})
