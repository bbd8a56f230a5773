import { describe, expect, test } from 'bun:test'
import { SEED_USERS } from '../../src/local/index.ts'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const LIVE = '/pwa/v3/projects/local-stytch/environments/production'
const NOBODY = '/pwa/v3/projects/nobody/environments/test'
const NOWHERE = '/pwa/v3/projects/local-stytch/environments/nowhere'
const ADA = `/v1/users/${SEED_USERS.ada.userId}`

describe('a secret', () => {
  test('is shown once, and masked from then on', async () => {
    const { manage, handedOut } = workspace()
    const { status, json } = await manage('POST', `${OWN}/secrets`)
    expect(status).toBe(200)
    expect(json.secret).toEqual({
      secret_id: expect.stringMatching(/^secret-test-[0-9a-f-]{36}$/),
      secret: expect.stringMatching(/^secret-test-[\w-]{43}$/),
      created_at: '2026-11-22T12:00:00.000Z',
    })
    const { secret_id, secret, created_at } = json.secret
    const masked = { secret_id, last_four: secret.slice(-4), created_at }
    const one = await manage('GET', `${OWN}/secrets/${secret_id}`)
    expect(one.json.secret).toEqual(masked)
    const all = await manage('GET', `${OWN}/secrets`)
    expect(all.json.secrets).toHaveLength(2)
    expect(all.json.secrets[1]).toEqual(masked)
    expect(handedOut).toEqual([secret])
  })

  test('shows up nowhere but in the answer that made it', async () => {
    const { manage, handedOut, get, basic, local } = workspace()
    for (const path of [OWN, LIVE]) await manage('POST', `${path}/secrets`)
    const [own = ''] = handedOut
    await get(ADA, { authorization: basic(local.projectId, own) })
    await get(`/v1/users/${own}`, { authorization: basic(local.projectId, own) })
    await manage('DELETE', `${OWN}/secrets/${own}`)
    const { secrets } = (await manage('GET', `${OWN}/secrets`)).json
    const readable = await Promise.all(
      [
        '/pwa/v3/projects',
        '/web/v1/projects',
        `${OWN}/secrets`,
        `${LIVE}/secrets`,
        ...secrets.map((each: Json) => `${OWN}/secrets/${each.secret_id}`),
        OWN,
        `${OWN}/public_tokens`,
        `${OWN}/redirect_urls/all`,
        '/local/requests',
        '/local/clients',
      ].map((path) => manage('GET', path)),
    )
    expect(handedOut).toHaveLength(2)
    for (const value of handedOut) expect(JSON.stringify(readable)).not.toContain(value)
  })

  test('of a live environment says so', async () => {
    const { manage } = workspace()
    const { secret } = (await manage('POST', `${LIVE}/secrets`, {})).json
    expect(secret.secret_id).toStartWith('secret-live-')
    expect(secret.secret).toStartWith('secret-live-')
  })

  test('opens the backend API from the start, which is noted, until it is deleted', async () => {
    const { manage, get, basic, local, advance } = workspace()
    const { secret_id, secret } = (await manage('POST', `${OWN}/secrets`)).json.secret
    const authorization = basic(local.projectId, secret)
    advance(60)
    expect((await get(ADA, { authorization })).status).toBe(200)
    const one = await manage('GET', `${OWN}/secrets/${secret_id}`)
    expect(one.json.secret.used_at).toBe('2026-11-22T12:01:00.000Z')
    const [seeded] = (await manage('GET', `${OWN}/secrets`)).json.secrets
    expect(seeded).not.toHaveProperty('used_at')
    const deleted = await manage('DELETE', `${OWN}/secrets/${secret_id}`, {})
    expect(deleted).toMatchObject({ status: 200, json: { status_code: 200 } })
    expect(deleted.json).not.toHaveProperty('secret')
    expect((await get(ADA, { authorization })).status).toBe(401)
    expect((await get(ADA, { authorization: basic(local.projectId, local.secret) })).status).toBe(
      200,
    )
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await manage(method, `${OWN}/secrets/${secret_id}`)).toMatchObject(
        refused(404, 'secret_not_found'),
      )
    }
  })

  test('belongs to one environment', async () => {
    const { manage } = workspace()
    const { secret_id } = (await manage('POST', `${OWN}/secrets`)).json.secret
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await manage(method, `${LIVE}/secrets/${secret_id}`)).toMatchObject(
        refused(404, 'secret_not_found'),
      )
    }
    expect((await manage('GET', `${OWN}/secrets/${secret_id}`)).status).toBe(200)
  })
})

describe('a public token', () => {
  test('is created, read, listed and deleted', async () => {
    const { manage, local } = workspace()
    const { public_token } = (await manage('POST', `${OWN}/public_tokens`)).json
    expect(public_token).toEqual({
      public_token: expect.stringMatching(/^public-token-test-[0-9a-f-]{36}$/),
      created_at: '2026-11-22T12:00:00.000Z',
    })
    const path = `${OWN}/public_tokens/${public_token.public_token}`
    expect((await manage('GET', path)).json.public_token).toEqual(public_token)
    const all = (await manage('GET', `${OWN}/public_tokens`)).json.public_tokens
    expect(all.map((each: Json) => each.public_token)).toEqual([
      local.publicToken,
      public_token.public_token,
    ])
    expect((await manage('DELETE', path, {})).status).toBe(200)
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await manage(method, path)).toMatchObject(refused(404, 'public_token_not_found'))
    }
    expect((await manage('GET', `${OWN}/public_tokens`)).json.public_tokens).toHaveLength(1)
  })

  test('of a live environment says so, and belongs to it alone', async () => {
    const { manage, handedOut } = workspace()
    const { public_token } = (await manage('POST', `${LIVE}/public_tokens`)).json
    expect(public_token.public_token).toStartWith('public-token-live-')
    expect(
      await manage('DELETE', `${OWN}/public_tokens/${public_token.public_token}`),
    ).toMatchObject(refused(404, 'public_token_not_found'))
    expect(handedOut).toEqual([])
  })
})

for (const kind of ['secrets', 'public_tokens']) {
  test(`${kind} of nothing are not found`, async () => {
    const { manage } = workspace()
    for (const [path, type] of [
      [NOBODY, 'project_not_found'],
      [NOWHERE, 'environment_not_found'],
    ] as const) {
      for (const method of ['GET', 'POST'] as const) {
        expect(await manage(method, `${path}/${kind}`)).toMatchObject(refused(404, type))
      }
      for (const method of ['GET', 'DELETE'] as const) {
        expect(await manage(method, `${path}/${kind}/x`)).toMatchObject(refused(404, type))
      }
    }
  })
}
