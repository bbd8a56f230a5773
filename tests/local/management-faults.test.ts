import { describe, expect, test } from 'bun:test'
import { SEED_USERS } from '../../src/local/index.ts'
import type { Json } from './walkthrough.ts'
import { OWN, workspace } from './workspace.ts'

/** The two endpoints, each with a request it answers, and a member of that answer. */
function endpoints() {
  const space = workspace()
  const { local, basic, postJson, get } = space
  const raw = (path: string, authorization: string, init: RequestInit = {}) =>
    local.fetch(new Request(`${local.url}${path}`, { ...init, headers: { authorization } }))
  const { workspaceKeyId, workspaceKeySecret, projectId, secret } = local
  const manage = (init?: RequestInit) =>
    raw(`${OWN}/secrets`, basic(workspaceKeyId, workspaceKeySecret), init)
  const read = (init?: RequestInit) =>
    raw(`/v1/users/${SEED_USERS.ada.userId}`, basic(projectId, secret), init)
  return {
    ...space,
    at: { management: manage, users: read },
    set: (...faults: Json[]) => postJson('/local/faults', { faults }),
    secrets: async () => (await space.manage('GET', `${OWN}/secrets`)).json.secrets.length,
    log: async () => (await get('/local/requests')).json.requests,
  }
}

for (const at of ['management', 'users'] as const) {
  const { [at]: ask } = endpoints().at

  describe(`faults at ${at}`, () => {
    test('answer with a status, once, and the log has it', async () => {
      const { at: asks, set, log } = endpoints()
      await set({ at, kind: 'status', status: 503, retry_after: 7, times: 1 })
      const broken = await asks[at]()
      expect(broken.status).toBe(503)
      expect(broken.headers.get('retry-after')).toBe('7')
      expect(await broken.json()).toMatchObject({ status_code: 503, error_type: 'local_fault' })
      expect((await asks[at]()).status).toBe(200)
      expect((await log()).map(({ status, faults }: Json) => [status, faults])).toEqual([
        [503, ['status']],
        [200, undefined],
      ])
    })

    test('limit the rate', async () => {
      const { at: asks, set } = endpoints()
      await set({ at, kind: 'status', status: 429, retry_after: 1 })
      expect(await (await asks[at]()).json()).toMatchObject({ error_type: 'too_many_requests' })
    })

    test('are garbage, redirects and headers', async () => {
      const { at: asks, set } = endpoints()
      await set({ at, kind: 'garbage' })
      expect((await asks[at]()).headers.get('content-type')).toStartWith('text/html')
      await set({ at, kind: 'redirect', location: 'https://evil.test/' })
      const elsewhere = await asks[at]()
      expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([
        302,
        'https://evil.test/',
      ])
      await set({ at, kind: 'headers', headers: { 'content-type': 'text/plain' } })
      expect((await asks[at]()).headers.get('content-type')).toBe('text/plain')
    })

    test('cut an answer, drop it, pad it and lie', async () => {
      const { at: asks, set } = endpoints()
      const whole = await (await asks[at]()).text()
      await set({ at, kind: 'truncated' })
      const cut = await (await asks[at]()).text()
      expect(Math.abs(cut.length - whole.length / 2)).toBeLessThan(8)
      await set({ at, kind: 'drop' })
      expect((await asks[at]()).text()).rejects.toThrow('The connection broke')
      await set({ at, kind: 'huge', bytes: 100_000 })
      expect((await (await asks[at]()).text()).length).toBeGreaterThan(100_000)
      await set({ at, kind: 'lie', body: { status_code: 299, request_id: null } })
      const lie = await (await asks[at]()).json()
      expect(lie).toMatchObject({ status_code: 299 })
      expect(lie).not.toHaveProperty('request_id')
    })

    test('make it slow, or hang until they are cleared or the client is gone', async () => {
      const { at: asks, set } = endpoints()
      await set({ at, kind: 'slow', ms: 1 })
      expect((await asks[at]()).status).toBe(200)
      await set({ at, kind: 'hang' })
      const waiting = asks[at]()
      const gone = new AbortController()
      const given = asks[at]({ signal: gone.signal })
      gone.abort()
      expect((await given).status).toBe(499)
      await set()
      expect((await waiting).status).toBe(200)
    })

    test('hold for refusals too', async () => {
      const { set, get } = endpoints()
      await set({ at, kind: 'lie', body: { error_type: 'made_up' } })
      const path = at === 'users' ? '/v1/users/x' : '/pwa/v3/projects'
      expect((await get(path)).json).toMatchObject({ status_code: 401, error_type: 'made_up' })
    })
  })

  test(`without faults ${at} answers`, async () => {
    expect((await ask()).status).toBe(200)
  })
}

test('a fault at management reaches every resource, and nothing else', async () => {
  const { set, manage, get, at } = endpoints()
  await set({ at: 'management', kind: 'status', status: 500 })
  const paths = [
    '/pwa/v3/projects',
    OWN,
    `${OWN}/redirect_urls/all`,
    '/web/v1/projects',
    '/pwa/v3/x',
  ]
  for (const path of paths) expect((await manage('GET', path)).status).toBe(500)
  expect((await at.users()).status).toBe(200)
  expect((await get('/.well-known/openid-configuration')).status).toBe(200)
})

test('a refused write did not happen; one whose answer was lost did', async () => {
  const { set, at, secrets, handedOut } = endpoints()
  const before = await secrets()
  await set({ at: 'management', kind: 'status', status: 502, times: 1 })
  await at.management({ method: 'POST' })
  expect(await secrets()).toBe(before)
  await set({ at: 'management', kind: 'drop', times: 1 })
  await (await at.management({ method: 'POST' })).text().catch(() => {})
  expect(await secrets()).toBe(before + 1)
  expect(handedOut).toHaveLength(1)
})
