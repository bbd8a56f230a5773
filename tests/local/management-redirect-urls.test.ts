import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const ENVIRONMENTS = '/pwa/v3/projects/local-stytch/environments'
const A = 'https://a.example/callback'
const B = 'https://b.example/callback?next={}&x=1'

/** A LIVE environment, which starts without redirect URLs, and what can be done to them. */
function urls(environment = `${ENVIRONMENTS}/production`) {
  const space = workspace()
  const path = `${environment}/redirect_urls`
  const at = (url: string, more = '') => `${path}?${new URLSearchParams({ url })}${more}`
  const types = (wish: Record<string, boolean>) =>
    Object.entries(wish).map(([type, is_default]) => ({ type, is_default }))
  const short = (redirectUrl: Json) =>
    Object.fromEntries(redirectUrl.valid_types.map((each: Json) => [each.type, each.is_default]))
  return {
    ...space,
    path,
    at,
    post: (url: unknown, wish: Record<string, boolean>, more: Json = {}) =>
      space.manage('POST', path, { url, valid_types: types(wish), ...more }),
    put: (url: string, wish: Record<string, boolean>, more: Json = {}) =>
      space.manage('PUT', at(url), { valid_types: types(wish), ...more }),
    remove: (url: string, more = '') => space.manage('DELETE', at(url, more)),
    list: async () => {
      const { redirect_urls } = (await space.manage('GET', `${path}/all`)).json
      return Object.fromEntries(redirect_urls.map((each: Json) => [each.url, short(each)]))
    },
  }
}

describe('a redirect URL', () => {
  test('is created, read, listed, changed and deleted', async () => {
    const { post, put, remove, list, manage, at } = urls()
    expect(await list()).toEqual({})
    const created = await post(B, { LOGIN: true, SIGNUP: false })
    expect(created).toMatchObject({ status: 200, json: { status_code: 200 } })
    expect(created.json.redirect_url).toEqual({
      url: B,
      valid_types: [
        { type: 'LOGIN', is_default: true },
        { type: 'SIGNUP', is_default: true },
      ],
    })
    expect((await manage('GET', at(B))).json.redirect_url).toEqual(created.json.redirect_url)
    const changed = await put(B, { INVITE: true })
    expect(changed.json.redirect_url).toEqual({
      url: B,
      valid_types: [{ type: 'INVITE', is_default: true }],
    })
    expect(await list()).toEqual({ [B]: { INVITE: true } })
    expect((await remove(B)).status).toBe(200)
    expect(await list()).toEqual({})
    expect(await manage('GET', at(B))).toMatchObject(refused(404, 'redirect_url_not_found'))
  })

  test('is there from the start in a test environment, for everything', async () => {
    const start = 'http://localhost:3000/authenticate'
    const all = { LOGIN: true, SIGNUP: true, INVITE: true, RESET_PASSWORD: true }
    expect(await urls(OWN).list()).toEqual({ [start]: all })
    const b2b = urls('/pwa/v3/projects/local-stytch-b2b/environments/test')
    expect(await b2b.list()).toEqual({ [start]: { ...all, DISCOVERY: true } })
  })

  test('created twice is for both', async () => {
    const { post, list } = urls()
    await post(A, { LOGIN: true })
    expect((await post(A, { SIGNUP: true })).status).toBe(200)
    expect(await list()).toEqual({ [A]: { LOGIN: true, SIGNUP: true } })
  })

  test('that does not exist is not found; one that is not named is asked for', async () => {
    const { manage, at, path } = urls()
    const valid_types = [{ type: 'LOGIN', is_default: true }]
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? { valid_types } : undefined
      expect(await manage(method, at(A), body)).toMatchObject(
        refused(404, 'redirect_url_not_found'),
      )
      expect(await manage(method, path, body)).toMatchObject(refused(400, 'bad_request'))
    }
    for (const [where, type] of [
      ['/pwa/v3/projects/nobody/environments/test/redirect_urls', 'project_not_found'],
      [`${ENVIRONMENTS}/nowhere/redirect_urls`, 'environment_not_found'],
    ] as const) {
      expect(await manage('GET', `${where}/all`)).toMatchObject(refused(404, type))
      for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
        const body = method === 'GET' ? undefined : { url: A, valid_types }
        expect(await manage(method, `${where}?url=x`, body)).toMatchObject(refused(404, type))
      }
    }
  })

  const forms: [url: string, test: boolean, live: boolean][] = [
    ['https://example.com', true, true],
    ['https://localhost:3000/callback?expires_at={}', true, true],
    ['slack://auth/callback', true, true],
    ['com.example.app://callback', true, true],
    ['http://localhost:5000/callback', true, false],
    ['http://127.0.0.1/callback', true, false],
    ['http://[::1]:1/', true, false],
    ['http://example.com/callback', false, false],
    ['http://localhost.example.com/', false, false],
    ['http://localhost@example.com/', false, false],
    ['https://user:password@example.com/', false, false],
    ['javascript:alert(1)', false, false],
    ['javascript://example.com/%0aalert(1)', false, false],
    ['data:text/html,x', false, false],
    ['file:///etc/passwd', false, false],
    ['https:/example.com', false, false],
    ['//example.com', false, false],
    ['example.com', false, false],
    ['https://exa mple.com', false, false],
    ['https://example.com/\n', false, false],
    [`https://example.com/${'x'.repeat(2048)}`, false, false],
    ['', false, false],
  ]
  for (const [url, inTest, inLive] of forms) {
    const shown = JSON.stringify(url.slice(0, 50))
    test(`${shown} ${inTest ? 'may' : 'may not'} be one of a test, ${inLive ? 'may' : 'may not'} of a live environment`, async () => {
      for (const [environment, allowed] of [
        [OWN, inTest],
        [`${ENVIRONMENTS}/production`, inLive],
      ] as const) {
        const { post, list } = urls(environment)
        const before = await list()
        const answer = await post(url, { LOGIN: true })
        if (allowed) expect(answer.json.redirect_url.url).toBe(url)
        else {
          expect(answer).toMatchObject(refused(400, 'invalid_redirect_url'))
          expect(await list()).toEqual(before)
        }
      }
    })
  }

  const malformed: Json[] = [
    {},
    { url: A },
    { url: A, valid_types: [] },
    { url: A, valid_types: 'LOGIN' },
    { url: A, valid_types: [{ type: 'LOGOUT', is_default: true }] },
    { url: A, valid_types: [{ is_default: true }] },
    { url: A, valid_types: [{ type: 'LOGIN', is_default: 1 }] },
    { url: A, valid_types: [{ type: 'LOGIN' }, { type: 'LOGIN', is_default: true }] },
    { url: A, valid_types: [{ type: 'LOGIN' }], do_not_promote_defaults: 'true' },
  ]
  for (const body of malformed) {
    test(`${JSON.stringify(body)} is refused, new or not`, async () => {
      const { manage, path, at, post, list } = urls()
      await post(A, { INVITE: true })
      expect(await manage('POST', path, body)).toMatchObject(refused(400, 'bad_request'))
      expect(await manage('PUT', at(A), body)).toMatchObject(refused(400, 'bad_request'))
      expect(await list()).toEqual({ [A]: { INVITE: true } })
    })
  }

  test('has to be a text', async () => {
    const { manage, path } = urls()
    const body = { url: 7, valid_types: [{ type: 'LOGIN', is_default: true }] }
    expect(await manage('POST', path, body)).toMatchObject(refused(400, 'bad_request'))
  })
})

describe('defaults', () => {
  const DO_NOT = { do_not_promote_defaults: true }

  test('the only URL of a type becomes it, unless told not to', async () => {
    const { post, list } = urls()
    await post(A, { LOGIN: false })
    await post(B, { SIGNUP: false }, DO_NOT)
    expect(await list()).toEqual({ [A]: { LOGIN: true }, [B]: { SIGNUP: false } })
  })

  test('a second URL of a type does not, unless it says so', async () => {
    const { post, list } = urls()
    await post(A, { LOGIN: true, SIGNUP: true })
    await post(B, { LOGIN: false, SIGNUP: true })
    expect(await list()).toEqual({
      [A]: { LOGIN: true, SIGNUP: false },
      [B]: { LOGIN: false, SIGNUP: true },
    })
  })

  test('an update moves the default, even when nothing is promoted', async () => {
    const { post, put, list } = urls()
    await post(A, { LOGIN: true })
    await post(B, { LOGIN: false })
    await put(B, { LOGIN: true }, DO_NOT)
    expect(await list()).toEqual({ [A]: { LOGIN: false }, [B]: { LOGIN: true } })
  })

  test('an update that gives a default up leaves it to another, or to nobody', async () => {
    const { post, put, list } = urls()
    await post(A, { LOGIN: true })
    await post(B, { LOGIN: false })
    await put(A, { LOGIN: false })
    expect(await list()).toEqual({ [A]: { LOGIN: false }, [B]: { LOGIN: true } })
    await put(B, { LOGIN: false }, DO_NOT)
    expect(await list()).toEqual({ [A]: { LOGIN: false }, [B]: { LOGIN: false } })
    await put(A, { SIGNUP: true })
    expect(await list()).toEqual({ [A]: { SIGNUP: true }, [B]: { LOGIN: false } })
  })

  test('the only URL of a type cannot give it up, unless told not to promote', async () => {
    const { post, put, list } = urls()
    await post(A, { LOGIN: true })
    await put(A, { LOGIN: false })
    expect(await list()).toEqual({ [A]: { LOGIN: true } })
    await put(A, { LOGIN: false }, DO_NOT)
    expect(await list()).toEqual({ [A]: { LOGIN: false } })
  })

  test('deleting a default promotes the oldest of the others', async () => {
    const { post, remove, list } = urls()
    await post(A, { LOGIN: true, SIGNUP: true })
    await post(B, { LOGIN: false })
    await post('https://c.example', { LOGIN: false })
    await remove(A)
    expect(await list()).toEqual({ [B]: { LOGIN: true }, 'https://c.example': { LOGIN: false } })
  })

  test('deleting a default promotes nobody when told not to', async () => {
    const { post, remove, list } = urls()
    await post(A, { LOGIN: true })
    await post(B, { LOGIN: false })
    expect(await remove(A, '&do_not_promote_defaults=maybe')).toMatchObject(
      refused(400, 'bad_request'),
    )
    await remove(A, '&do_not_promote_defaults=true')
    expect(await list()).toEqual({ [B]: { LOGIN: false } })
    await post(A, { LOGIN: true })
    await remove(A, '&do_not_promote_defaults=false')
    expect(await list()).toEqual({ [B]: { LOGIN: true } })
  })
})
