import { describe, expect, test } from 'bun:test'
import { addressAt, addressOf, BadArgument } from '../../src/stytch/address.ts'
import { IDENTIFIERS, type IdentifierKind, isIdentifier } from '../../src/stytch/identifiers.ts'
import { createManagement, ManagementError } from '../../src/stytch/management.ts'
import { basicAuthorization, plainOrigin } from '../../src/stytch/origin.ts'
import { recordingFetch, stytchAnswer } from '../support/recording-fetch.ts'

const ORIGIN = 'https://management.stytch.com'
const UUID = '3f0c8a52-6a1d-4d5e-9a57-3f3c1b0a9d11'
const WHERE = { project: 'my-project-1234', environment: 'production' }

/** One good value of every kind. */
const GOOD: Record<IdentifierKind, string> = {
  project_slug: 'my-project-1234',
  environment_slug: 'production',
  secret_id: `secret-live-${UUID}`,
  pem_file_id: `pem-file-test-${UUID}`,
  public_token: `public-token-live-${UUID}`,
  profile_id: `trusted-token-profile-test-${UUID}`,
  template_id: 'Welcome_mail-v1.2',
  email_template_type: 'ONE_TIME_PASSCODE',
  jwt_template_type: 'M2M',
  destination_type: 'GRAFANA_LOKI',
  project_id: `project-test-${UUID}`,
  user_id: `user-test-${UUID}`,
  organization_id: `organization-test-${UUID}`,
}

/** Nothing of this may stand in any path. */
const HOSTILE: readonly (readonly [string, unknown])[] = [
  ['E-P01', '..'],
  ['E-P02', '.'],
  ['E-P05', '../..'],
  ['E-P06', ''],
  ['E-P09', '..%2f'],
  ['E-P09', 'a%252f'],
  ['E-P09', '%2e%2e'],
  ['E-P09', 'a/b'],
  ['E-P09', 'a\\b'],
  ['E-P11', 'a?x=1'],
  ['E-P11', 'a#x'],
  ['E-P11', 'a;v=1'],
  ['E-P11', 'a&b'],
  ['E-P13', '\u0000'],
  ['E-P13', '%00'],
  ['E-P13', 'env\n'],
  ['E-P14', '．．'],
  ['E-P14', '․․'],
  ['E-P15', '\ud800'],
  ['E-P16', '//evil.test'],
  ['E-P16', 'https://evil.test'],
  ['E-P16', '@evil.test'],
  ['E-P17', ['..', 'x']],
  ['E-P17', ['env']],
  ['E-P17', { toString: () => 'env' }],
  ['E-P17', new String('env')],
  ['E-P17', 5],
  ['E-P17', true],
  ['E-P17', null],
  ['E-P17', undefined],
  ['E-P18', 'env.'],
  ['E-P18', ' env'],
  ['E-P18', 'env '],
  ['E-P18', '-env'],
  ['E-P18', 'e'.repeat(129)],
]

describe('D1.05 an identifier', () => {
  test.each(Object.entries(GOOD))('of kind %s passes when it is one', (kind, value) => {
    expect(isIdentifier(kind as IdentifierKind, value)).toBe(true)
  })

  for (const kind of Object.keys(IDENTIFIERS) as IdentifierKind[]) {
    test.each(HOSTILE)(`%s %j is no ${kind}`, (_, value) => {
      expect(isIdentifier(kind, value)).toBe(false)
    })

    test(`E-P21 of every other kind is no ${kind}`, () => {
      // A slug is any lower-case words, and a template's id its author's choice.
      const closed = !['project_slug', 'environment_slug', 'template_id'].includes(kind)
      const others = Object.entries(GOOD).filter(([other]) => other !== kind)
      const taken = others.filter(([, value]) => isIdentifier(kind, value)).map(([other]) => other)
      expect(closed ? taken : []).toEqual([])
    })
  }

  test('E-P18 a slug has no upper case, and ends where it should', () => {
    const wrong = ['ENV', 'Env', 'env-', 'a_b', 'a'.repeat(65)]
    expect(wrong.filter((slug) => isIdentifier('environment_slug', slug))).toEqual([])
    const right = ['a', 'a1', 'a'.repeat(64), 'my--project']
    expect(right.filter((slug) => isIdentifier('project_slug', slug))).toEqual(right)
  })

  test('is not as long as one likes', () => {
    expect(isIdentifier('secret_id', `secret-${'a-'.repeat(9)}${UUID}`)).toBe(true)
    expect(isIdentifier('secret_id', `secret-${'a-'.repeat(99)}${UUID}`)).toBe(false)
  })

  test('a secret is no id of one', () => {
    const value = 'secret-test-7mVr0FvZxXkWn2jUo3K1u5bqTgq8pQyL4aE='
    expect(isIdentifier('secret_id', value)).toBe(false)
    expect(isIdentifier('secret_id', value.slice(0, -1))).toBe(false)
  })
})

describe('D1.06 an address, even of a value nobody checked,', () => {
  const TEMPLATE = '/pwa/v3/projects/{project_slug}/environments/{environment_slug}/secrets'
  const at = (environment: string) => `/pwa/v3/projects/proj/environments/${environment}/secrets`

  test('is the template with its values', () => {
    expect(addressAt(ORIGIN, TEMPLATE, at('env')).href).toBe(ORIGIN + at('env'))
  })

  // These are odd and harmless: only the first barrier minds them.
  const HARMLESS: readonly unknown[] = ['-env', 'env.']
  test.each(
    HOSTILE.filter(
      ([, value]) => typeof value === 'string' && value.length < 129 && !HARMLESS.includes(value),
    ),
  )('%s is not built for %j', (_, value) => {
    expect(() => addressAt(ORIGIN, TEMPLATE, at(value as string))).toThrow(BadArgument)
  })

  test.each([
    ['another host', '//evil.test/pwa/v3'],
    ['an absolute URL', 'https://evil.test/pwa/v3'],
    ['a relative path', 'pwa/v3'],
    ['a segment too few', '/pwa'],
    ['a segment too many', '/pwa/v3/x'],
    ['another literal', '/pwa/v2'],
    ['a query', '/pwa/v3?x=1'],
    ['a fragment', '/pwa/v3#x'],
    ['a tab that URL drops', '/pwa/v\t3'],
  ])('E-P16 is not built with %s', (_, path) => {
    expect(() => addressAt(ORIGIN, '/pwa/v3', path)).toThrow(BadArgument)
  })

  test('names the argument that was wrong, and not its value', () => {
    const build = () =>
      addressOf(ORIGIN, TEMPLATE, { project_slug: 'proj', environment_slug: '..' })
    expect(build).toThrow(BadArgument)
    try {
      build()
    } catch (error) {
      expect(error).toMatchObject({ field: 'environment_slug' })
      expect(String(error)).not.toContain('..')
    }
  })

  test('takes values from the object itself, not from what it inherits', () => {
    const values = Object.create({ project_slug: 'proj' })
    expect(() => addressOf(ORIGIN, '/pwa/v3/projects/{project_slug}', values)).toThrow(BadArgument)
  })

  test('keeps a query value in the query', () => {
    const value = 'https://app.example.com/a?b=c&url=d#e%2f../+ ü'
    const url = addressOf(ORIGIN, '/pwa/v3', {}, { url: value, none: undefined, flag: false })
    expect([...url.searchParams]).toEqual([
      ['url', value],
      ['flag', 'false'],
    ])
    expect(url.pathname).toBe('/pwa/v3')
  })

  test.each([['\ud800'], [''], ['x'.repeat(4097)], [5], [['a']], [null]])(
    'E-P15 refuses the query value %j',
    (value) => {
      expect(() => addressOf(ORIGIN, '/pwa/v3', {}, { url: value as string })).toThrow(BadArgument)
    },
  )
})

describe('E-P of the client', () => {
  const { fetch, sent } = recordingFetch(() => stytchAnswer())
  const management = createManagement({ baseUrl: ORIGIN, keyId: 'key', keySecret: 'secret', fetch })
  const id = (value: unknown) => value as string

  const PLACES: Record<string, (value: unknown) => Promise<unknown>> = {
    project: (value) => management.projects.delete(id(value)),
    'environment, E-P03': (value) =>
      management.environments.delete({ ...WHERE, environment: id(value) }),
    'project of an environment, E-P04': (value) =>
      management.environments.delete({ project: id(value), environment: id(value) }),
    secret: (value) => management.secrets.delete(WHERE, id(value)),
    token: (value) => management.publicTokens.delete(WHERE, id(value)),
    template: (value) => management.emailTemplates.delete(WHERE.project, id(value)),
    'kind of mail': (value) =>
      management.defaultEmailTemplates.unset(WHERE.project, value as 'LOGIN'),
    destination: (value) => management.eventLogStreaming.delete(WHERE, value as 'DATADOG'),
    profile: (value) => management.trustedTokens.delete(WHERE, id(value)),
    'PEM file': (value) => management.trustedTokens.deletePEM(WHERE, GOOD.profile_id, id(value)),
    'legacy project': (value) => management.legacyProjects.get(id(value)),
  }

  for (const [place, ask] of Object.entries(PLACES)) {
    test(`nothing hostile leaves as a ${place}`, async () => {
      sent.length = 0
      for (const [, value] of HOSTILE) {
        const error = await ask(value).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        expect(error).toBeInstanceOf(ManagementError)
        expect(error).toMatchObject({ kind: 'invalid', mayHaveHappened: false })
        expect((error as ManagementError).field).toBeString()
      }
      expect(sent).toEqual([])
    })
  }
})

describe('E-P23 a base URL', () => {
  test.each([
    ['http://management.stytch.com'],
    ['http://localhost.evil.test'],
    ['ftp://management.stytch.com'],
    ['https://user:pass@management.stytch.com'],
    ['https://user@management.stytch.com'],
    ['https://@management.stytch.com'],
    ['https://management.stytch.com/path'],
    ['https://management.stytch.com//'],
    ['https://management.stytch.com?'],
    ['https://management.stytch.com/?x'],
    ['https://management.stytch.com#'],
    ['https:management.stytch.com'],
    [' https://management.stytch.com'],
    ['management.stytch.com'],
    ['javascript:alert(1)'],
    [''],
    [undefined],
  ])('%j is refused', (baseUrl) => {
    const make = () =>
      createManagement({
        baseUrl: baseUrl as string,
        keyId: 'key',
        keySecret: 'secret',
        fetch: recordingFetch(() => stytchAnswer()).fetch,
      })
    expect(make).toThrow(TypeError)
  })

  test('is https, or http on this machine', () => {
    for (const origin of [
      ORIGIN,
      'http://localhost:3001',
      'http://127.0.0.1:1',
      'http://[::1]:1',
    ]) {
      expect(plainOrigin(origin)).toBe(origin)
      expect(plainOrigin(`${origin}/`)).toBe(origin)
    }
  })

  test('is not repeated when it is refused', () => {
    const wrong = () => plainOrigin('https://user:hunter2@management.stytch.com')
    expect(wrong).toThrow(/plain origin/)
    expect(wrong).not.toThrow(/hunter2/)
  })
})

describe('an API key', () => {
  test.each([
    ['', 'secret'],
    ['key', ''],
    ['key:x', 'secret'],
    ['key', 'sec\r\nret'],
    ['ké', 'secret'],
    ['key', 'sécret'],
    [undefined, undefined],
  ])('%j with %j is refused and not repeated', (name, password) => {
    const make = () => basicAuthorization(name as string, password as string)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/^The (id|secret) of an API key is not usable\.$/)
  })

  test('becomes a Basic header', () => {
    expect(basicAuthorization('key', 'se:cret')).toBe(`Basic ${btoa('key:se:cret')}`)
  })
})
