import { describe, expect, test } from 'bun:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { type Json, START, walkthrough } from './walkthrough.ts'

const JWKS = '/.well-known/jwks.json'

function rotatable() {
  const world = walkthrough()
  const { postJson, get } = world
  const keySet = async () => (await get(JWKS)).json
  return {
    ...world,
    keySet,
    kids: async () => (await keySet()).keys.map(({ kid }: Json) => kid),
    rotate: async (body: Json = {}) => (await postJson('/local/keys/rotate', body)).json,
    retire: async () => (await postJson('/local/keys/retire', {})).json,
    mint: async (body: Json = {}) =>
      (await postJson('/local/tokens', { kind: 'access', ...body })).json,
  }
}

async function verifies(token: string, keySet: Json): Promise<boolean> {
  const verified = jwtVerify(token, createLocalJWKSet(keySet), { currentDate: new Date(START) })
  return verified.then(
    () => true,
    () => false,
  )
}

describe('a rotation', () => {
  test('signs with a new key and keeps publishing the old one', async () => {
    const { rotate, kids, keySet, mint, tokens } = rotatable()
    const before = await mint()
    const answer = await rotate()
    expect(answer.kid).not.toBe(before.header.kid)
    expect(answer.published).toEqual([answer.kid, before.header.kid])
    expect(await kids()).toEqual(answer.published)
    const minted = await mint()
    expect(minted.header.kid).toBe(answer.kid)
    const issued = (await tokens()).tokens
    for (const token of [before.token, minted.token, issued.access_token, issued.id_token]) {
      expect(await verifies(token, await keySet())).toBe(true)
    }
  })

  test('shows at every URL of the key set', async () => {
    const { rotate, get, local } = rotatable()
    const { published } = await rotate()
    for (const path of [
      `/v1/public/${local.projectId}${JWKS}`,
      `/v1/sessions/jwks/${local.projectId}`,
      `/v1/b2b/sessions/jwks/${local.projectId}`,
    ]) {
      expect((await get(path)).json.keys.map(({ kid }: Json) => kid)).toEqual(published)
    }
  })

  test('can drop the old keys at once', async () => {
    const { rotate, keySet, mint } = rotatable()
    const old = await mint()
    await rotate()
    const { kid, published } = await rotate({ keep_old: false })
    expect(published).toEqual([kid])
    expect(await verifies(old.token, await keySet())).toBe(false)
  })

  test('can be followed by others, all of them published', async () => {
    const { rotate, kids } = rotatable()
    const [first] = await kids()
    const answers = await Promise.all([rotate(), rotate(), rotate()])
    const published = await kids()
    expect(published).toHaveLength(4)
    expect(published[3]).toBe(first)
    for (const { kid } of answers) expect(published).toContain(kid)
  })

  test('ends when the old keys are retired', async () => {
    const { rotate, retire, kids, keySet, mint, userinfo } = rotatable()
    const old = await mint()
    const { kid } = await rotate()
    expect((await retire()).published).toEqual([kid])
    expect(await kids()).toEqual([kid])
    expect(await verifies(old.token, await keySet())).toBe(false)
    expect((await userinfo(old.token)).status).toBe(200)
    expect(await retire()).toMatchObject({ kid, published: [kid] })
  })

  test('outlives a reset, unless new keys are asked for', async () => {
    const { rotate, kids, postJson, mint } = rotatable()
    const { published } = await rotate()
    await postJson('/local/reset', {})
    expect(await kids()).toEqual(published)
    await postJson('/local/reset', { keep_keys: false })
    expect(await kids()).toEqual([expect.not.stringMatching(published.join('|'))])
    expect((await mint({ key: 'previous' })).error_message).toStartWith('key: there is no previous')
  })
})

describe('minting', () => {
  test('with the previous key makes a token from before the rotation', async () => {
    const { rotate, retire, keySet, mint, userinfo } = rotatable()
    const { published } = await rotate()
    const { token, header } = await mint({ key: 'previous' })
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: published[1] })
    expect(await verifies(token, await keySet())).toBe(true)
    expect((await userinfo(token)).status).toBe(200)
    await retire()
    const late = await mint({ key: 'previous' })
    expect(late.header.kid).toBe(published[1])
    expect(await verifies(late.token, await keySet())).toBe(false)
  })

  test('with the previous key needs one', async () => {
    const { mint } = rotatable()
    expect(await mint({ key: 'previous' })).toMatchObject({
      status_code: 400,
      error_message: 'key: there is no previous key; rotate first.',
    })
  })

  for (const key of ['foreign', 'small', 'ec', 'hs256-public', 'none']) {
    test(`with key ${key} claims the new kid`, async () => {
      const { rotate, mint } = rotatable()
      await mint({ key })
      const { kid } = await rotate()
      expect((await mint({ key })).header.kid).toBe(kid)
    })
  }
})

describe('in flight', () => {
  test('every token issued during rotations verifies afterwards', async () => {
    const { rotate, keySet, tokens, mint } = rotatable()
    const [issued] = await Promise.all([
      Promise.all([tokens(), mint(), tokens(), mint(), tokens(), mint()]),
      rotate(),
      rotate(),
    ])
    const after = await keySet()
    for (const answer of issued as Json[]) {
      expect(await verifies(answer.token ?? answer.tokens.access_token, after)).toBe(true)
    }
  })

  const orders: [string, boolean, number][] = [
    ['a key set that comes late was read after the rotation', false, 2],
    ['a key set read before the rotation can come late', true, 1],
  ]
  for (const [what, after_work, keysSeen] of orders) {
    test(what, async () => {
      const { rotate, keySet, get, postJson, mint } = rotatable()
      await keySet()
      await postJson('/local/faults', { faults: [{ at: 'jwks', kind: 'hang', after_work }] })
      const late = get(JWKS)
      const { requests } = (await get('/local/requests')).json
      expect(requests.at(-1)).not.toHaveProperty('status')
      await rotate()
      const { token } = await mint()
      await postJson('/local/faults', { faults: [] })
      const seen = (await late).json
      expect(seen.keys).toHaveLength(keysSeen)
      expect(await verifies(token, seen)).toBe(!after_work)
      expect(await verifies(token, await keySet())).toBe(true)
    })
  }
})

describe('a malformed request is refused in a sentence:', () => {
  const malformed: [string, Json, string][] = [
    ['rotate', { keep_old: 'yes' }, 'keep_old: '],
    ['rotate', { keep: true }, 'body: Unrecognized key'],
    ['rotate', [], 'body: '],
    ['retire', { kid: 'x' }, 'body: Unrecognized key'],
  ]
  for (const [knob, body, message] of malformed) {
    test(`${knob} ${JSON.stringify(body)}`, async () => {
      const { postJson, kids } = rotatable()
      const before = await kids()
      const { status, json } = await postJson(`/local/keys/${knob}`, body)
      expect(status).toBe(400)
      expect(json.error_message).toStartWith(message)
      expect(await kids()).toEqual(before)
    })
  }
})
