import { describe, expect, test } from 'bun:test'
import { createLocalStytch, LOCAL_PROJECT, type LocalStytchOptions } from '../../src/local/index.ts'
import { isLoopbackOrigin } from '../../src/local/loopback.ts'

describe('Local Stytch', () => {
  test('needs no options', () => {
    expect(createLocalStytch()).toMatchObject({
      url: 'http://localhost:3001',
      projectId: LOCAL_PROJECT.projectId,
      publicToken: LOCAL_PROJECT.publicToken,
      secret: LOCAL_PROJECT.secret,
    })
  })

  test('takes any loopback origin, and drops a trailing slash', () => {
    for (const url of ['http://127.0.0.1:4000/', 'http://[::1]:4000', 'https://localhost']) {
      expect(createLocalStytch({ url }).url).toBe(new URL(url).origin)
    }
  })

  const refused: LocalStytchOptions[] = [
    { url: 'http://0.0.0.0:3001' },
    { url: 'http://192.168.1.2:3001' },
    { url: 'https://stytch.example.com' },
    { url: 'http://localhost.evil.test' },
    { url: 'http://user@localhost:3001' },
    { url: 'http://localhost:3001/path' },
    { url: 'ftp://localhost' },
    { url: 'localhost:3001' },
    { url: '' },
    { authorizationEndpoint: 'https://app.example.com/oauth/authorize' },
    { projectId: 'project-live-10ca1577-c0de-4a11-8e57-0123456789ab' },
    { publicToken: 'public-token-live-10ca1577-c0de-4b22-9e57-0123456789ab' },
    { publicToken: 'public-token-test-a:b' },
    { secret: 'secret-live-x' },
  ]
  for (const options of refused) {
    test(`B1.10 refuses ${JSON.stringify(options)}`, () => {
      expect(() => createLocalStytch(options)).toThrow(TypeError)
    })
  }

  test('shares nothing with another Local Stytch', async () => {
    const key = async () => {
      const request = new Request('http://localhost:3001/.well-known/jwks.json')
      const answer = await createLocalStytch().fetch(request)
      return ((await answer.json()) as { keys: { kid: string }[] }).keys[0]?.kid
    }
    expect(await key()).not.toBe(await key())
  })

  test('makes its key once, however many ask first', async () => {
    const local = createLocalStytch()
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const answer = await local.fetch(new Request(`${local.url}/.well-known/jwks.json`))
        return ((await answer.json()) as { keys: { kid: string }[] }).keys[0]?.kid
      }),
    )
    expect(new Set(answers).size).toBe(1)
  })
})

describe('loopback origins', () => {
  const cases = [
    ['http://localhost:3000', true],
    ['https://127.8.9.1', true],
    ['http://[::1]:1', true],
    ['http://localhost:3000/', false],
    ['http://localhost@evil.test', false],
    ['http://127.0.0.1.evil.test', false],
    ['http://[::ffff:127.0.0.1]', false],
    ['http://0.0.0.0', false],
    ['null', false],
    ['', false],
  ] as const
  for (const [origin, expected] of cases) {
    test(`${origin || 'an empty one'} ${expected ? 'is' : 'is not'} one`, () => {
      expect(isLoopbackOrigin(origin)).toBe(expected)
    })
  }
})
