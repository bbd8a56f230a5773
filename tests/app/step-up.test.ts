/**
 * Step-up: what becomes of a request that lacks a scope. It is on record, it can be granted or not, and
 * clients that ask again and again are stopped. Checklist A9.13 to A9.18, E-R18.
 */
import { describe, expect, test } from 'bun:test'
import { ERRORS } from '../../src/index.ts'
import { SEED_CLIENT_ID } from '../../src/local/index.ts'
import { createClock } from '../support/clock.ts'
import type { Fixture } from '../support/fixture.ts'
import { createGuarded, refusal, refused } from '../support/guarded.ts'
import { ERAS, rpc } from '../support/mcp.ts'
import { recorded } from '../support/trail.ts'

test.each(ERAS)('A9.13 %s era: a step-up is on record', async (era) => {
  const { fixture, call } = createGuarded()
  const response = await call(era, 'both', 'openid profile')
  await response.text()
  const [record] = await recorded(fixture, 1)
  expect(record).toMatchObject({
    phase: 'denial',
    correlation_id: response.headers.get('x-request-id'),
    iss: fixture.config.stytch.domain,
    sub: expect.stringMatching(/^user-/),
    client_id: expect.stringMatching(/^connected-app-/),
    tool: 'both',
    scopes: ['openid', 'email', 'profile'],
    missing_scopes: ['email'],
    decision: 'denied',
    reason: 'insufficient_scope',
  })
})

test.each(ERAS)('D6.01 %s era: so is a token that was revoked', async (era) => {
  const { fixture, ran } = createGuarded()
  const token = await fixture.token({ scope: 'openid manage:api_keys' })
  await fixture.local.fetch(
    new Request(`${fixture.local.url}/v1/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: SEED_CLIENT_ID }),
    }),
  )
  const call = rpc(era, 'tools/call', { name: 'delete_keys', arguments: {} }, token)
  expect((await fixture.send('/mcp', call)).status).toBe(401)
  expect(await recorded(fixture, 1)).toMatchObject([
    { phase: 'denial', tool: 'delete_keys', decision: 'denied', reason: 'token_revoked' },
  ])
  expect(ran).toEqual([])
})

describe('A9.14, E-R18 clients that ask again and again', () => {
  test.each(ERAS)('%s era: the sixth within a minute is 429', async (era) => {
    const clock = createClock()
    const { fixture, ran, call } = createGuarded({ now: clock.now })
    for (let each = 0; each < 5; each++) {
      expect((await call(era, 'mail', 'openid')).status).toBe(403)
    }
    const sixth = await call(era, 'mail', 'openid')
    expect(sixth.status).toBe(429)
    expect(sixth.headers.get('www-authenticate')).toBeNull()
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await sixth.json()).toMatchObject({
      error_description: ERRORS.step_up_repeated.sentence,
    })
    expect(ran).toEqual([])
    const reasons = (await recorded(fixture, 6)).map(({ reason }) => reason)
    expect(reasons).toEqual([...Array(5).fill('insufficient_scope'), 'step_up_repeated'])

    // Neither another operation, nor another person, nor what is allowed is held up.
    expect((await call(era, 'both', 'openid')).status).toBe(403)
    expect((await call(era, 'mail', 'openid', {}, { user: 'bob@example.com' })).status).toBe(403)
    expect((await call(era, 'mail', 'openid email')).status).toBe(200)
    clock.advance(Number(sixth.headers.get('retry-after')))
    expect((await call(era, 'mail', 'openid')).status).toBe(403)
  })

  test('eras, arguments and headers are no way around it', async () => {
    const { call } = createGuarded()
    for (let each = 0; each < 5; each++) {
      await call(each % 2 === 0 ? 'modern' : 'legacy', 'mail', 'openid', { each })
    }
    expect((await call('modern', 'mail', 'openid', { other: true })).status).toBe(429)
    expect((await call('legacy', 'mail', 'openid email')).status).toBe(200)
  })

  test('an address of one’s own choice is no way around it', async () => {
    const { fixture } = createGuarded()
    const token = await fixture.token({ scope: 'openid' })
    const statuses: number[] = []
    for (let each = 0; each < 6; each++) {
      const read = rpc('modern', 'resources/read', { uri: `test://mails/${each}` }, token)
      statuses.push((await fixture.send('/mcp', read)).status)
    }
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
  })

  test('a store that is down lets no more through, and refuses as before', async () => {
    const down = () => Promise.reject(new Error('down'))
    const store = { add: down, get: down, take: down, increment: down }
    const { ran, call } = createGuarded({ store })
    for (let each = 0; each < 7; each++) {
      expect((await call('modern', 'mail', 'openid')).status).toBe(403)
    }
    expect(ran).toEqual([])
  })
})

describe('A9.16 what was asked for and not granted', () => {
  const REDIRECT = 'https://app.example.com/cb'
  const CLIENT = 'connected-app-test-step-up'
  const VERIFIER = 'a-verifier-of-at-least-forty-three-characters'

  /** Signs someone in for scopes, as the consent page and a client do; the token may hold fewer. */
  async function signIn({ local, knob, config }: Fixture, email: string, scopes: string[]) {
    await knob('clients', { client_id: CLIENT, redirect_uris: [REDIRECT] })
    const { publicToken } = config.stytch
    const post = async (path: string, body: object, session = publicToken) => {
      const response = await local.fetch(
        new Request(`${local.url}/sdk/v1${path}`, {
          method: 'POST',
          headers: {
            Authorization: `Basic ${btoa(`${publicToken}:${session}`)}`,
            'Content-Type': 'application/json',
          },
          body: JSON.stringify(body),
        }),
      )
      return ((await response.json()) as { data: Record<string, string> }).data
    }
    const password = 'local-stytch'
    const signedIn = await post('/passwords/authenticate', {
      email,
      password,
      session_duration_minutes: 60,
    })
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER))
    const request = {
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scopes,
      code_challenge: Buffer.from(digest).toString('base64url'),
    }
    await post('/idp/oauth/authorize/start', request, signedIn.session_token)
    const consent = { ...request, consent_granted: true }
    const done = await post('/idp/oauth/authorize/submit', consent, signedIn.session_token)
    const code = new URL(done.redirect_uri as string).searchParams.get('code') as string
    const token = await local.fetch(
      new Request(`${local.url}/v1/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          client_id: CLIENT,
          redirect_uri: REDIRECT,
          code_verifier: VERIFIER,
        }),
      }),
    )
    return (await token.json()) as { access_token: string; scope: string }
  }

  test.each(ERAS)(
    '%s era: challenged again, and in the end told to ask an administrator',
    async (era) => {
      const { fixture, ran } = createGuarded()
      const wanted = ['openid', 'read:api_keys']
      const call = (token: string) =>
        fixture.send('/mcp', rpc(era, 'tools/call', { name: 'keys', arguments: {} }, token))
      const statuses: number[] = []
      for (let each = 0; each < 6; each++) {
        const granted = await signIn(fixture, 'bob@example.com', wanted)
        expect(granted.scope.split(' ')).not.toContain('read:api_keys')
        statuses.push((await call(granted.access_token)).status)
      }
      expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
      expect(ran).toEqual([])
      expect(ERRORS.step_up_repeated.hint).toContain('administrator')

      const ada = await signIn(fixture, 'ada@example.com', wanted)
      await (await call(ada.access_token)).text()
      expect(ran).toEqual(['keys'])
    },
  )
})

test.each(ERAS)(
  'A9.18 %s era: deleting takes a scope of its own, and a token that stands right now',
  async (era) => {
    const { fixture, ran, call } = createGuarded()
    for (const scope of ['openid', 'openid read:api_keys', 'openid manage:api_keys:test']) {
      const response = await call(era, 'delete_keys', scope)
      expect(await refusal(response)).toEqual(refused('openid manage:api_keys'))
    }
    const token = await fixture.token({ scope: 'openid manage:api_keys' })
    await fixture.knob('grants/revoke', { token })
    const request = rpc(era, 'tools/call', { name: 'delete_keys', arguments: {} }, token)
    expect((await fixture.send('/mcp', request)).status).toBe(401)
    expect(ran).toEqual([])
  },
)
