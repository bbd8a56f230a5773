/** Settings are the environment variables under one rule, and wrong ones are refused together. */
import { describe, expect, test } from 'bun:test'
import type { Variables } from '../../src/config-variables.ts'
import { variables } from '../../src/config-variables.ts'
import {
  type Config,
  ConfigError,
  createApp,
  createVerifier,
  loadConfig,
  memoryStore,
  mountConsent,
  protectedResource,
  type Settings,
  type StytchSettings,
  stytchAuth,
  stytchMcp,
  stytchRoles,
} from '../../src/index.ts'
import { configOf, type Reader } from '../../src/kit/settings.ts'

const UUID = '11111111-1111-4111-8111-111111111111'
const STYTCH = {
  projectId: `project-test-${UUID}`,
  domain: 'https://login.example.com',
  publicToken: `public-token-test-${UUID}`,
}
const ENV = {
  STYTCH_PROJECT_ID: STYTCH.projectId,
  STYTCH_DOMAIN: STYTCH.domain,
  STYTCH_PUBLIC_TOKEN: STYTCH.publicToken,
}
const READER: Reader = { name: 'example', besides: [], signIn: true }

const read = (options: object, reader: Partial<Reader> = {}) =>
  configOf(options, { ...READER, ...reader })

function problemsOf(run: () => unknown) {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  throw new Error('Nothing was refused.')
}

/** Names as the message says them. */
const named = (run: () => unknown) =>
  problemsOf(run).map(({ variable, option }) => option ?? variable)

type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<Name>
type OfStytch<Name> = Name extends `STYTCH_${infer Rest}` ? Camel<Rest> : never
type OfNone<Name> = Name extends `STYTCH_${string}` | 'DENO_DEPLOYMENT_ID' ? never : Name
type Same<A, B> = [A, B] extends [B, A] ? true : false

describe('the rule', () => {
  test('names exactly the settings there are', () => {
    // Checked by the compiler.
    const grouped: Same<keyof StytchSettings, OfStytch<keyof Variables>> = true
    const others: Same<
      Exclude<keyof Settings, 'env' | 'config' | 'stytch'>,
      Camel<OfNone<keyof Variables>>
    > = true
    expect([grouped, others]).toEqual([true, true])
  })

  test('leads from every variable to an option that sets it, and that the message names', () => {
    for (const variable of Object.keys(variables.shape)) {
      if (variable === 'DENO_DEPLOYMENT_ID') continue
      const [head = '', ...tail] = variable.toLowerCase().split('_')
      const camel = (words: string[]) =>
        words.map((word, i) => (i === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('')
      const wrong = { neither: 'text nor list' }
      const options =
        head === 'stytch'
          ? { stytch: { [camel(tail)]: wrong } }
          : { [camel([head, ...tail])]: wrong }
      const option = head === 'stytch' ? `stytch.${camel(tail)}` : camel([head, ...tail])
      const problems = problemsOf(() => read(options))
      const mend = expect.stringMatching(/.{10}\.$/)
      expect(problems).toContainEqual(expect.objectContaining({ variable, option, mend }))
    }
  })

  test.each<[object, (config: Config) => unknown, unknown]>([
    [{ stytch: STYTCH }, ({ stytch }) => stytch.projectId, STYTCH.projectId],
    [{ publicUrl: 'http://localhost:8000' }, (config) => config.publicUrl, 'http://localhost:8000'],
    [{ port: 8000 }, ({ publicUrl }) => publicUrl, 'http://localhost:8000'],
    [{ allowedClients: ['a', 'b'] }, ({ tokens }) => tokens.allowedClients, ['a', 'b']],
    [{ deniedTokenIds: [] }, ({ tokens }) => tokens.deniedTokenIds, []],
    [
      { toolsets: ['identity', 'projects'] },
      ({ offer }) => offer.toolsets,
      ['identity', 'projects'],
    ],
    [{ readOnly: true }, ({ offer }) => offer.readOnly, true],
    [{ readOnly: false }, ({ offer }) => offer.readOnly, false],
    [{ maxRevocationLag: 0 }, ({ tokens }) => tokens.maxRevocationLag, 0],
    [{ mcpSessions: 'memory' }, ({ mcp }) => mcp.sessions, true],
    [{ port: undefined }, ({ listen }) => listen.port, 3000],
  ])('%j', (options, of, expected) => {
    expect(of(read(options))).toEqual(expected)
  })
})

describe('the environment', () => {
  test('is read as the server reads it, and an option beside it wins', () => {
    const env = { ...ENV, ALLOWED_CLIENTS: 'a', AUDIENCE: '' }
    expect(read({ env }).tokens.allowedClients).toEqual(['a'])
    expect(read({ env, allowedClients: ['b'] }).tokens.allowedClients).toEqual(['b'])
    expect(read({ env })).toEqual(loadConfig(env))
  })

  test('may hold anything under names that are none of ours: bindings of a Worker', () => {
    expect(read({ env: { ...ENV, KV: { get() {} }, stytch: 1, publicUrl: 'x' } })).toEqual(
      loadConfig(ENV),
    )
  })

  test('may hold what JSON can: a restriction is not lost because it is no text', () => {
    expect(read({ env: { ...ENV, READ_ONLY: true, PORT: 8000 } }).offer.readOnly).toBe(true)
    expect(named(() => read({ env: { ...ENV, ALLOWED_CLIENTS: {} } }))).toEqual(['ALLOWED_CLIENTS'])
  })

  test('names the variable, not the option, of what came from it', () => {
    const options = { env: { ...ENV, PORT: 'x' }, host: '0.0.0.0', jwksStaleMax: -1 }
    expect(named(() => read(options)).sort()).toEqual(['PORT', 'jwksStaleMax'])
  })
})

describe('where nobody says which it is', () => {
  test.each([
    [{ stytch: STYTCH, publicUrl: 'https://mcp.example.com' }, 'production'],
    [{ env: { ...ENV, PUBLIC_URL: 'https://mcp.example.com' } }, 'production'],
    [{ env: { ...ENV, PUBLIC_URL: 'https://mcp.example.com', NODE_ENV: '' } }, 'production'],
    [{ stytch: STYTCH, publicUrl: 'https://mcp.example.com', nodeEnv: 'test' }, 'development'],
    [{ stytch: STYTCH, publicUrl: 'http://localhost:3000' }, 'development'],
    [{ stytch: STYTCH }, 'development'],
  ])('%j is %s', (options, environment) => {
    expect(read(options).environment).toBe(environment as never)
  })

  test('Local Stytch is not believed by a server that is reached from elsewhere', () => {
    const problems = named(() => read({ publicUrl: 'https://mcp.example.com' }))
    expect(problems).toEqual(['stytch.projectId', 'stytch.domain', 'stytch.publicToken'])
  })
})

describe('what is wrong', () => {
  test('is said all at once, by the names it was given by', () => {
    const options = {
      stytch: { ...STYTCH, projectId: 'project', colour: 'red' },
      publicUrl: 'http://mcp.example.com',
      allowedClients: [],
      deniedTokenIds: ['a,b'],
      maxRevocationLag: -1,
      alowedClients: ['x'],
      stytchProjectId: STYTCH.projectId,
      denoDeploymentId: 'x',
      audience: '',
    }
    expect(named(() => read(options)).sort()).toEqual([
      'allowedClients',
      'alowedClients',
      'audience',
      'deniedTokenIds',
      'denoDeploymentId',
      'maxRevocationLag',
      'publicUrl',
      'stytch.colour',
      'stytch.projectId',
      'stytchProjectId',
    ])
    const { message } = new ConfigError(problemsOf(() => read(options)))
    expect(message).toContain('stytch.projectId (STYTCH_PROJECT_ID): is not a Stytch project id.')
    expect(message).toContain('alowedClients: is no option of example.')
    expect(message).toContain('stytchProjectId: is no option. Write stytch.projectId.')
  })

  test('never says the value of a secret', () => {
    const secret = 'secret-live-canary'
    const run = () => read({ stytch: { ...STYTCH, secret }, redisUrl: 'http://:canary@x' })
    expect(named(run)).toEqual(['redisUrl', 'stytch.secret'])
    expect(JSON.stringify(problemsOf(run))).not.toContain('canary')
  })

  test('a configuration that was read before stands alone', () => {
    const config = loadConfig(ENV)
    expect(read({ config })).toBe(config)
    const options = { config, env: {}, publicUrl: 'http://localhost:1', stytch: STYTCH }
    expect(named(() => read(options))).toEqual([
      'env',
      'stytch.projectId',
      'stytch.domain',
      'stytch.publicToken',
      'publicUrl',
    ])
  })

  test('processes that share something need a store to share', () => {
    const options = { redisUrl: 'redis://localhost', mcpStateKey: 'x'.repeat(32) }
    for (const make of [createApp, stytchMcp]) {
      expect(named(() => make(options))).toEqual(['redisUrl'])
      expect(() => make({ ...options, store: memoryStore() })).not.toThrow()
    }
    expect(() => stytchAuth(options)).not.toThrow()
  })

  test('roles are asked with a secret', () => {
    expect(named(() => stytchRoles({ stytch: STYTCH }))).toEqual(['stytch.secret'])
    expect(named(() => stytchRoles({ config: loadConfig(ENV) }))).toEqual(['STYTCH_SECRET'])
    expect(() => stytchRoles()).not.toThrow()
  })
})

const app = { route: () => {} }
const FUNCTIONS: Record<string, (options: object) => unknown> = {
  createApp,
  stytchMcp,
  stytchAuth,
  createVerifier,
  protectedResource,
  mountConsent: (options) => mountConsent(app, options),
  stytchRoles,
}

describe.each(Object.entries(FUNCTIONS))('%s', (name, make) => {
  test('takes no option it does not have', () => {
    const run = () => make({ port: 'x', nonsense: 1 })
    expect(named(run).sort()).toEqual(['nonsense', 'port'])
    expect(problemsOf(run)[0]?.problem).toBe(`is no option of ${name}.`)
  })

  test('works with none', () => {
    expect(() => make({})).not.toThrow()
  })

  const servesSignIn = ['createApp', 'stytchMcp', 'mountConsent'].includes(name)
  test(servesSignIn ? 'refuses b2b: its page is for consumers' : 'takes b2b projects', () => {
    for (const stytch of [
      { vertical: 'b2b' },
      { ...STYTCH, secret: 'secret-test-x', vertical: 'b2b' },
    ]) {
      const run = () => make({ stytch })
      if (servesSignIn) expect(named(run)).toEqual(['stytch.vertical'])
      else expect(run).not.toThrow()
    }
  })
})

test('stytchMcp without the page takes b2b projects, however they are given', () => {
  const stytch = { ...STYTCH, vertical: 'b2b' } as const
  expect(() => stytchMcp({ stytch, consent: false })).not.toThrow()
  const config = loadConfig({ ...ENV, STYTCH_VERTICAL: 'b2b' }, { signIn: false })
  expect(() => stytchMcp({ config, consent: false })).not.toThrow()
  expect(named(() => stytchMcp({ config }))).toEqual(['STYTCH_VERTICAL'])
})
