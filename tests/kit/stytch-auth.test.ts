/** `stytchAuth`, `authorize` and `createVerifier`: who passes, who does not, and what they are told. */
import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import {
  type AuthOptions,
  authorize,
  createVerifier,
  type Principal,
  stytchAuth,
  ToolError,
} from '../../src/index.ts'
import { localStytch, PEOPLE } from '../../src/testing.ts'

const stytch = localStytch()
const quiet = { ...stytch.settings, log: () => {} }
const ORIGIN = 'http://localhost:3000'
const METADATA = `${ORIGIN}/.well-known/oauth-protected-resource`

type Same<A, B> = [A, B] extends [B, A] ? true : false

function request(token?: string, init: RequestInit = {}): Request {
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...init.headers }
  return new Request(`${ORIGIN}/api/me`, { ...init, headers })
}

/** Both ways to ask, as one: the subject of who passes, or the answer of who does not. */
const WAYS: Record<string, (options: AuthOptions) => (request: Request) => Promise<Response>> = {
  stytchAuth(options) {
    const app = new Hono().use('/api/*', stytchAuth(options)).all('/api/me', (c) => {
      // Checked by the compiler.
      const typed: Same<typeof c.var.principal, Principal> = true
      return c.text(typed ? c.var.principal.subject : '')
    })
    return async (request) => app.fetch(request)
  },
  createVerifier(options) {
    const verify = createVerifier(options)
    return async (request) => {
      const caller = await verify(request)
      return caller instanceof Response ? caller : new Response(caller.subject)
    }
  },
}

describe.each(Object.entries(WAYS))('%s', (_, make) => {
  test('lets a good token pass, whatever is in the body', async () => {
    const body = 'not looked at'
    const response = await make(quiet)(request(await stytch.token(), { method: 'POST', body }))
    expect(await response.text()).toBe(PEOPLE.ada.userId)
  })

  test('says where to read about signing in', async () => {
    const response = await make(quiet)(request())
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${METADATA}/mcp", scope="openid email profile"`,
    )
  })

  test('names the metadata of the resource it protects, and the scopes that takes', async () => {
    const options = { ...quiet, path: '/api', scopes: ['read:notes'] }
    const response = await make(options)(request())
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${METADATA}/api", scope="read:notes"`,
    )
  })

  test('requires all scopes it names', async () => {
    const ask = make({ ...quiet, scopes: ['openid', 'read:notes'] })
    const refused = await ask(request(await stytch.token({ scopes: ['openid'] })))
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${METADATA}/mcp", scope="openid read:notes", error="insufficient_scope", error_description="This operation needs a scope the access token does not have"`,
    )
    const scopes = ['read:notes', 'openid', 'more']
    expect((await ask(request(await stytch.token({ scopes })))).status).toBe(200)
  })

  test.each([
    ['a session JWT', { kind: 'session' }],
    ['a machine’s token', { kind: 'm2m' }],
    ['an ID token', { kind: 'id' }],
    ['an expired token', { kind: 'access', expires_in: -120 }],
    ['somebody else’s signature', { kind: 'access', key: 'foreign' }],
    ['another project', { kind: 'access', claims: { aud: ['project-test-x'] } }],
    ['a member, in a consumer project', { kind: 'b2b-access' }],
  ])('refuses %s', async (_, mint) => {
    const { token } = await stytch.knob('tokens', mint)
    const response = await make(quiet)(request(token as string))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('refuses a token that is for another resource of the same server', async () => {
    const aud = [stytchProject(), `${ORIGIN}/other`]
    const token = await stytch.token({ claims: { aud } })
    expect((await make({ ...quiet, path: '/api' })(request(token))).status).toBe(401)
    expect((await make({ ...quiet, path: '/other' })(request(token))).status).toBe(200)
  })

  test('refuses what can be read in two ways', async () => {
    const token = await stytch.token()
    const Authorization = `Bearer ${token}, Bearer ${token}`
    expect((await make(quiet)(request('', { headers: { Authorization } }))).status).toBe(400)
  })

  test('says when nobody can tell', async () => {
    const fetch = () => Promise.reject(new TypeError('down'))
    const options = { ...quiet, fetch, pause: async () => {} }
    const response = await make(options)(request(await stytch.token()))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.has('www-authenticate')).toBe(false)
  })

  test('asks Stytch every time, where it is told to', async () => {
    const ask = make({ ...quiet, introspection: 'always', maxRevocationLag: 0 })
    const token = await stytch.token()
    expect((await ask(request(token))).status).toBe(200)
    await stytch.knob('grants/revoke', { token })
    expect((await ask(request(token))).status).toBe(401)
  })

  test.each(['api', '/api/', '/api?x', '/a/../b', '//evil.example/x', 'https://evil.example/'])(
    'is not made for %s',
    (path) => {
      expect(() => make({ path })).toThrow('path: is not the path of a resource.')
    },
  )

  test.each([[[]], [['']], [['a b']], [['a"']], ['openid' as never]])(
    'is not made for scopes %j',
    (scopes) => {
      expect(() => make({ scopes })).toThrow('scopes: is not a list of scopes.')
    },
  )
})

function stytchProject(): string {
  return 'project-test-10ca1000-0000-4000-8000-000000000001'
}

test('an id the app gave the request is kept', async () => {
  const app = new Hono<{ Variables: { requestId: string } }>()
    .use(async (c, next) => {
      c.set('requestId', 'theirs')
      await next()
    })
    .use(stytchAuth(quiet))
    .get('/', (c) => c.text(c.var.requestId))
  const headers = { Authorization: `Bearer ${await stytch.token()}` }
  expect(await (await app.request(ORIGIN, { headers })).text()).toBe('theirs')
  expect((await (await app.request(ORIGIN)).json()).request_id).toBe('theirs')
})

describe('authorize', () => {
  const rolesOf = ({ subject }: Principal) => (subject === PEOPLE.ada.userId ? ['admin'] : [])
  const writers = authorize({ scopes: ['openid', 'write:notes'] })
  const admins = authorize({ roles: ['owner', 'admin'], rolesOf })
  const both = authorize({ scopes: ['write:notes'], roles: ['admin'], rolesOf })
  const unsure = authorize({
    roles: ['admin'],
    rolesOf: () => Promise.reject(new Error('canary')),
  })

  const app = new Hono()
    .use(stytchAuth(quiet))
    .get('/writers', writers, (c) => c.text('in'))
    .get('/admins', admins, (c) => c.text('in'))
    .get('/both', both, (c) => c.text('in'))
    .get('/unsure', unsure, (c) => c.text('in'))
    .get('/inside', async (c) => (await writers.refusal(c)) ?? c.text('in'))
  const ask = async (path: string, email: string, ...scopes: string[]) =>
    app.request(ORIGIN + path, {
      headers: { Authorization: `Bearer ${await stytch.token({ email, scopes })}` },
    })
  const [ADA, BOB] = [PEOPLE.ada.email, PEOPLE.bob.email]

  test.each([
    ['/writers', ADA, ['openid', 'write:notes'], 200],
    ['/writers', ADA, ['openid'], 403],
    ['/writers', ADA, ['write:notes'], 403],
    ['/inside', ADA, ['openid', 'write:notes'], 200],
    ['/inside', ADA, ['openid'], 403],
    ['/admins', ADA, ['openid'], 200],
    ['/admins', BOB, ['openid', 'admin'], 403],
    ['/both', ADA, ['write:notes'], 200],
    ['/both', ADA, ['openid'], 403],
    ['/both', BOB, ['write:notes'], 403],
    ['/unsure', ADA, ['openid'], 503],
  ])('%s asked by %s with %j is %d', async (path, email, scopes, status) => {
    const response = await ask(path, email, ...scopes)
    expect(response.status).toBe(status)
    if (status === 200) expect(await response.text()).toBe('in')
  })

  test.each(['/writers', '/inside'])('%s names all scopes that are needed', async (path) => {
    const response = await ask(path, ADA, 'openid')
    const challenge = response.headers.get('www-authenticate')
    expect(challenge).toContain('scope="openid write:notes", error="insufficient_scope"')
    expect(await response.json()).toMatchObject({
      error: 'insufficient_scope',
      scope: 'openid write:notes',
    })
  })

  test('a missing role is no challenge: consenting again cannot mend it', async () => {
    const response = await ask('/admins', BOB, 'openid')
    expect(response.headers.has('www-authenticate')).toBe(false)
    expect(await response.json()).toEqual({
      error: 'forbidden',
      error_description: 'This operation needs a role you do not have',
      request_id: expect.any(String),
    })
  })

  test('an outage is no role, and says nothing of what failed', async () => {
    const response = await ask('/unsure', ADA, 'openid')
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.text()).not.toContain('canary')
  })

  test('in a tool it throws what a model can act on', async () => {
    const principal = (email: string, ...scopes: string[]) =>
      stytch.token({ email, scopes }).then(async (token) => {
        const caller = await createVerifier(quiet)(request(token))
        if (caller instanceof Response) throw new Error('refused')
        return caller
      })
    const ada = await principal(ADA, 'openid')
    const bob = await principal(BOB, 'openid')
    await admins.demand({ principal: ada })
    const code = (error: unknown) => (error instanceof ToolError ? error.code : error)
    expect(await admins.demand({ principal: bob }).catch(code)).toBe('role_missing')
    expect(await writers.demand({ principal: ada }).catch(code)).toBe('insufficient_scope')
    const unknown = await unsure.demand({ principal: ada }).catch((error) => error)
    expect(code(unknown)).toBe('roles_unavailable')
    expect(unknown.message).not.toContain('canary')
  })

  test.each([
    [{}, 'undeclared means denied'],
    [{ scopes: [] }, 'scopes is not a list'],
    [{ scopes: ['a b'] }, 'scopes is not a list'],
    [{ roles: [], rolesOf }, 'roles is not a list'],
    [{ roles: ['admin'] }, 'roles need rolesOf'],
  ])('%j is no requirement', (needs, why) => {
    expect(() => authorize(needs)).toThrow(why)
  })

  test('where nobody was named, nobody passes', async () => {
    const app = new Hono()
    const errors: Error[] = []
    app.onError((error, c) => {
      errors.push(error)
      return c.text('', 500)
    })
    // As a program without types would have it.
    app.get('/', writers as never, (c) => c.text('in'))
    expect((await app.request(ORIGIN)).status).toBe(500)
    expect(errors[0]?.message).toBe('authorize stands before stytchAuth.')
  })
})
