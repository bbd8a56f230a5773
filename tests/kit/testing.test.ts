/** `stytch-mcp/testing`: a Stytch for tests, which every function of the kit believes and nothing else reaches. */
import { describe, expect, test } from 'bun:test'
import { createApp, createVerifier, stytchAuth, VERSION } from 'stytch-mcp'
import { localStytch, ORGANIZATION, PEOPLE, type TokenOptions } from 'stytch-mcp/testing'
import * as source from '../../src/index.ts'
import { answer, rpc } from '../support/mcp.ts'

const stytch = localStytch()
const auditSink = { append: () => {} }

async function whose(options?: TokenOptions, settings: object = {}) {
  const verify = createVerifier({ ...stytch.settings, ...settings, log: () => {} })
  const headers = { Authorization: `Bearer ${await stytch.token(options)}` }
  return verify(new Request('http://localhost:3000/mcp', { headers }))
}

test('the package reaches itself by its own name', () => {
  expect(VERSION).toBe(source.VERSION)
  expect(stytchAuth).toBe(source.stytchAuth)
})

describe('a token', () => {
  test('is ada’s unless told otherwise', async () => {
    expect(await whose()).toMatchObject({
      subject: PEOPLE.ada.userId,
      kind: 'user',
      scopes: ['openid', 'email', 'profile'],
    })
  })

  test('is whose it is to be', async () => {
    const email = PEOPLE.bob.email
    expect(await whose({ email, scopes: ['a', 'b'] })).toMatchObject({
      subject: PEOPLE.bob.userId,
      scopes: ['a', 'b'],
    })
  })

  test.each([
    [true, ORGANIZATION],
    [
      { id: 'organization-test-x', slug: 'x' },
      { id: 'organization-test-x', slug: 'x' },
    ],
  ])('is a member’s with organization %j', async (organization, expected) => {
    const member = await whose({ organization }, { stytch: { vertical: 'b2b' } })
    expect(member).toMatchObject({
      kind: 'member',
      subject: PEOPLE.ada.userId.replace('user-', 'member-'),
      organization: expected,
    })
  })

  test.each(['bob@example.com', 'Bob@example.com'])('is %s’s as a member, too', async (email) => {
    const settings = { stytch: { vertical: 'b2b' } }
    expect(await whose({ email, organization: true }, settings)).toMatchObject({
      kind: 'member',
      subject: PEOPLE.bob.userId.replace('user-', 'member-'),
    })
  })

  test('of a member stands up to being asked about', async () => {
    const settings = { stytch: { vertical: 'b2b' }, introspection: 'always' }
    expect(await whose({ organization: true }, settings)).toMatchObject({ kind: 'member' })
  })

  test('expires when it is to', async () => {
    expect(((await whose({ expiresIn: -120 })) as Response).status).toBe(401)
  })

  test.each([[{ email: 'nobody@example.com' }], [{ clientId: 'nobody' }]])(
    'is nobody’s with %j',
    async (options) => {
      await expect(stytch.token(options)).rejects.toThrow('/local/tokens')
    },
  )
})

test('whoami works: tools reach it too', async () => {
  const app = createApp({ ...stytch.settings, toolsets: ['identity'], log: () => {}, auditSink })
  const init = rpc('modern', 'tools/call', { name: 'whoami' }, await stytch.token())
  const { result } = await answer(await app.request('http://localhost:3000/mcp', init))
  expect(result?.structuredContent).toMatchObject({ email: 'ada@example.com' })
})

test('nothing else is reached through it', async () => {
  const { fetch } = stytch.settings
  expect((await fetch(`${stytch.url}/.well-known/jwks.json`)).status).toBe(200)
  await expect(fetch('https://example.com/')).rejects.toThrow('stands in for')
  await expect(fetch(stytch.url, { signal: AbortSignal.abort() })).rejects.toThrow()
})

test('served on its port, it is the same', async () => {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (r) => served.handler(r) })
  const served = localStytch({ port: server.port as number })
  const verify = createVerifier({ localStytchPort: server.port as number, log: () => {} })
  const headers = { Authorization: `Bearer ${await served.token()}` }
  const caller = await verify(new Request('http://localhost:3000/mcp', { headers }))
  await server.stop(true)
  expect(caller).toMatchObject({ issuer: served.url })
})

test('roles are given and taken, and a reset forgets it', async () => {
  const of = async () => {
    const [project, secret] = [
      'project-test-10ca1000-0000-4000-8000-000000000001',
      'secret-test-local-stytch-only-works-on-this-machine',
    ]
    const headers = { Authorization: `Basic ${btoa(`${project}:${secret}`)}` }
    const url = `${stytch.url}/v1/users/${PEOPLE.bob.userId}`
    return ((await (await stytch.settings.fetch(url, { headers })).json()) as { roles: string[] })
      .roles
  }
  await stytch.setRoles(PEOPLE.bob.email, ['admin'])
  expect(await of()).toEqual(['admin'])
  await stytch.reset()
  expect(await of()).toEqual(['stytch_user'])
  await expect(stytch.setRoles('nobody@example.com', [])).rejects.toThrow('nobody')
})

test('it stays on this machine', () => {
  expect(() => localStytch({ publicUrl: 'https://mcp.example.com' })).toThrow(TypeError)
})
