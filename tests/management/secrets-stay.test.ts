/**
 * Secrets stay where they belong: between Stytch and the person. Beside what is looked for here, the fixture
 * searches every answer, log line and audit record of every test for every secret it knows. Checklist
 * D2.06, D4.01 to D4.06, E-G08, E-G21, E-G26.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS, SEED_USERS } from '../../src/local/index.ts'
import { OPERATIONS, operationNamed } from '../../src/stytch/operations.ts'
import { plant } from '../support/canaries.ts'
import { LIVE, type Loose } from '../support/managing.ts'
import { answer, rpc } from '../support/mcp.ts'
import { until } from '../support/trail.ts'
import { KINDS } from './clients.ts'
import { WALKS, type Walk } from './operations.ts'
import { createStage, isOf, type Stage } from './stage.ts'

const { consumer } = SEED_PROJECTS
const OWN = { project_slug: consumer.slug, environment_slug: consumer.test }
const own = { project: consumer.slug, environment: consumer.test }

/** Whether a secret opens the backend API of Local Stytch. */
async function opens({ fixture: { local } }: Stage, secret: string): Promise<boolean> {
  const headers = { Authorization: `Basic ${btoa(`${local.projectId}:${secret}`)}` }
  const url = `${local.url}/v1/users/${SEED_USERS.ada.userId}`
  const { status } = await local.fetch(new Request(url, { headers }))
  expect([200, 401]).toContain(status)
  return status === 200
}

/** Everything the app has said besides its answers. */
const said = ({ fixture }: Stage) => [...fixture.lines, ...fixture.trail.lines].join('\n')

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(kind)
  })
  beforeEach(() => stage.startOver())

  test('D4.01 a new secret reaches its owner past the model, works, and is gone', async () => {
    const answers: string[] = []
    const call = async (tool: string, args: object) => {
      const answer = await stage.call(tool, { ...OWN, ...args })
      answers.push(answer.whole)
      return answer
    }
    const { data } = await call('createSecret', { idempotency_key: `journey-${kind.name}` })
    const value = stage.fixture.secrets.at(-1) as string
    expect((await stage.there.secrets.getAll(own)).at(-1)?.secret_id).toBe(data.secret_id)

    const described = await stage.open(data.reveal_url, { action: 'describe' })
    expect(described.body).toMatchObject({ kind: 'hand', hint: data.secret_id })
    expect(JSON.stringify(described.body)).not.toContain(value)
    const other = await stage.open(data.reveal_url, { action: 'reveal' }, 'bob@example.com')
    expect(other.status).toBe(404)
    const revealed = await stage.open(data.reveal_url, { action: 'reveal' })
    expect(revealed).toEqual({ status: 200, body: { value } })
    expect((await stage.open(data.reveal_url, { action: 'reveal' })).status).toBe(404)
    expect(await opens(stage, value)).toBe(true)

    // D4.02, D4.03: nor is it said later.
    await call('createSecret', { idempotency_key: `journey-${kind.name}` })
    await call('getSecret', { secret_id: data.secret_id })
    await call('getAllSecrets', {})
    await call('getAllSecrets', { dryRun: true })
    const all = `${answers.join('\n')}\n${said(stage)}`
    expect(all).toContain(data.secret_id)
    expect(all).not.toContain(value)
    // Nor half of it.
    expect(all).not.toContain(value.slice(4, -4))
  })

  test('D4.06 rotation: the next one works before the old one goes, by a person’s word', async () => {
    const make = async () => {
      const { data } = await stage.call('createSecret', OWN)
      const { body } = await stage.open(data.reveal_url, { action: 'reveal' })
      return { secret_id: data.secret_id, value: body.value as string }
    }
    const [old, next] = [await make(), await make()]
    expect(await Promise.all([opens(stage, old.value), opens(stage, next.value)])).toEqual([
      true,
      true,
    ])
    const retire = { ...OWN, secret_id: old.secret_id }
    const unasked = await stage.call('deleteSecret', retire)
    expect(unasked.data?.deleted).toBeUndefined()
    expect(await opens(stage, old.value)).toBe(true)
    const { code, asked } = await stage.call('deleteSecret', retire, consumer.test)
    expect([code, asked.length]).toEqual([undefined, 1])
    expect(await Promise.all([opens(stage, old.value), opens(stage, next.value)])).toEqual([
      false,
      true,
    ])
  })

  test('D4.06, E-G08 what this server itself runs on is not deleted, whoever agrees', async () => {
    const [{ secret_id } = { secret_id: '' }] = await stage.there.secrets.getAll(own)
    const { publicToken } = stage.fixture.local
    const all: readonly (readonly [string, object, string])[] = [
      ['deleteSecret', { ...OWN, secret_id }, consumer.test],
      ['deletePublicToken', { ...OWN, public_token: publicToken }, consumer.test],
      ['deleteEnvironment', OWN, consumer.test],
      ['deleteProject', { project_slug: consumer.slug }, consumer.slug],
    ]
    for (const [tool, args, phrase] of all) {
      const { code, asked } = await stage.call(tool, { ...args }, phrase)
      expect([tool, code, asked]).toEqual([tool, 'forbidden', []])
      expect(stage.writes()).toEqual([])
    }
    expect(await opens(stage, stage.fixture.local.secret)).toBe(true)
  })

  test('a secret of a live environment stays there as well', async () => {
    const { data, whole } = await stage.call('createSecret', LIVE)
    const value = stage.fixture.secrets.at(-1) as string
    expect(data.reveal_url).toBeDefined()
    expect(whole + said(stage)).not.toContain(value)
  })
})

/** Fields that hold secrets somewhere in Stytch's APIs; none is ever told. */
const NEVER = [
  'session_token',
  'session_jwt',
  'intermediate_session_token',
  'magic_link_token',
  'otp_code',
  'password',
  'password_hash',
  'totp_seed',
  'recovery_codes',
  'bearer_token',
  'next_bearer_token',
  'client_secret',
  'next_client_secret',
  'x509_private_key',
  'api_key',
  'secret_value',
]
const NEVER_VALUE = 'never-told-7f3a91c2'
plant(NEVER_VALUE)

/** What a person agreed to is compared as a whole, and what nobody knows makes it refuse. */
const REPLACED = ['config', 'policy']
/** Members of their own choosing. */
const FREE = ['attribute_mapping']

/** The same answer with something secret in every object of it. */
function spiced(value: Loose, name = ''): Loose {
  if (Array.isArray(value)) return value.map((one) => spiced(one, name))
  if (typeof value !== 'object' || value === null || FREE.includes(name)) return value
  const members = Object.entries(value).map(([key, member]) => [
    key,
    REPLACED.includes(key) ? member : spiced(member, key),
  ])
  const secrets = NEVER.filter((key) => !Object.hasOwn(value, key)).map((key) => [
    key,
    key === 'recovery_codes' ? [NEVER_VALUE] : NEVER_VALUE,
  ])
  return Object.fromEntries([...members, ...secrets])
}

/** What the app asked of Stytch, as it went out. */
interface Sent {
  readonly line: string
  readonly authorization: string
  readonly body: string
}

describe('over all operations', () => {
  const [, v2] = KINDS as [(typeof KINDS)[0], (typeof KINDS)[0]]
  const sent: Sent[] = []
  const tokens = new Set<string>()
  let served = 0
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(v2, {
      async upstream(request, next) {
        const { pathname } = new URL(request.url)
        sent.push({
          line: `${request.method} ${pathname}`,
          authorization: request.headers.get('authorization') ?? '',
          body: await request.clone().text(),
        })
        const response = await next(request)
        if (!pathname.startsWith('/pwa/') || response.status !== 200) return response
        served++
        return Response.json(spiced(await response.json()))
      },
    })
  })

  /** Takes a walk to its end. */
  async function walk({ tool, args, phrase, typed, arrange }: Walk) {
    await stage.startOver()
    const made = await arrange?.(stage.there)
    const called = await stage.call(tool, args(made), phrase)
    if (typed === undefined) return called
    const message = { action: 'submit', values: typed }
    const { body } = await stage.open(called.data.page_url, message)
    expect(body).toMatchObject({ ok: true })
    return called
  }

  test.each(WALKS.map((one) => [one.operation, one] as const))(
    'D4.03, D4.05 %s: fields nobody asked for are not told',
    async (_, one) => {
      served = 0
      const { code, whole } = await walk(one)
      expect(code).toBeUndefined()
      expect(served).toBeGreaterThan(0)
      for (const text of [whole, said(stage)]) expect(text).not.toContain(NEVER_VALUE)
    },
  )

  test('D4.05 nor in resources', async () => {
    await stage.startOver()
    const scope =
      'openid read:projects read:project_settings read:api_keys read:project_data manage:project_settings'
    const token = await stage.fixture.token({ scope })
    for (const at of ['', '/local-stytch-b2b', '/local-stytch-b2b/environments/test']) {
      const request = rpc('modern', 'resources/read', { uri: `stytch://projects${at}` }, token)
      const { result } = await answer(await stage.fixture.send('/mcp', request))
      const text = JSON.stringify(result)
      expect(text).toContain('local-stytch-b2b')
      expect(text).not.toContain(NEVER_VALUE)
    }
  })

  test('D2.06 the caller’s token goes to nobody but the one who issued it', async () => {
    sent.length = 0
    const { fixture } = stage
    const key = `Basic ${btoa(`${fixture.local.workspaceKeyId}:${fixture.local.workspaceKeySecret}`)}`
    const knob = fixture.token
    Object.assign(fixture, {
      token: async (mint?: Loose) => {
        const token = await knob(mint)
        tokens.add(token)
        return token
      },
    })
    for (const one of WALKS) await walk(one)
    Object.assign(fixture, { token: knob })
    const managed = sent.filter(({ line }) => /^\S+ \/(?:pwa|web)\//.test(line))
    for (const { operation } of OPERATIONS) {
      expect(managed.filter(({ line }) => isOf(operation, line)).length).toBeGreaterThan(0)
    }
    expect([...new Set(managed.map(({ authorization }) => authorization))]).toEqual([key])
    expect(tokens.size).toBeGreaterThan(WALKS.length)
    const passed = sent.filter(({ line, authorization, body }) => {
      const token = [...tokens].some((one) => `${authorization} ${body}`.includes(one))
      return token && !/\/(?:introspect|userinfo)$/.test(line)
    })
    expect(passed).toEqual([])
  })
})

describe('as an argument', () => {
  const SECRET = 'secret-of-somebody-4d1e77b0'
  plant(SECRET)
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(KINDS[1] as (typeof KINDS)[0])
  })
  beforeEach(() => stage.startOver())

  /** Names of all fields of a schema, at any depth. */
  function names(schema: Loose): string[] {
    if (typeof schema !== 'object' || schema === null) return []
    const own = Object.keys(schema.properties ?? {})
    return [...own, ...Object.values(schema).flatMap((one) => names(one))]
  }

  test('D4.04 no tool has a field for one', () => {
    const SECRETIVE =
      /(?:secret|password|passcode|credential|api_?key|private_?key|token|seed|bearer|otp)$/i
    // Public by design: what frontends name an environment with.
    const PUBLIC = ['public_token']
    for (const { name, inputSchema } of stage.client.tools.values()) {
      const fields = names(inputSchema).filter((field) => !PUBLIC.includes(field))
      expect([name, fields.filter((field) => SECRETIVE.test(field))]).toEqual([name, []])
    }
    expect(names(stage.client.tools.get('createRedirectURL')?.inputSchema)).toContain('is_default')
  })

  test.each(WALKS.map((walk) => [walk.operation, walk] as const))(
    'E-G21 to %s it is refused, and neither said back, nor logged, nor sent on',
    async (_, { tool, args, arrange }) => {
      const made = await arrange?.(stage.there)
      const given = args(made)
      const inside = Object.entries(given).flatMap(([name, value]) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? [{ ...given, [name]: { ...value, api_key: SECRET } }]
          : [],
      )
      const attempts = [
        ...['secret', 'api_key', 'password', 'credential'].map((name) => ({
          ...given,
          [name]: SECRET,
        })),
        ...inside,
      ]
      const { trail } = stage.fixture
      const earlier = trail.lines.length
      for (const attempt of attempts) {
        const { code, whole } = await stage.call(tool, attempt)
        expect(code).toBe('invalid_arguments')
        expect(whole).not.toContain(SECRET)
        expect(stage.writes()).toEqual([])
      }
      await until(() => trail.lines.length >= earlier + attempts.length)
      expect(trail.lines.slice(earlier)).toHaveLength(attempts.length)
      expect(said(stage)).not.toContain(SECRET)
    },
  )
})

describe('E-G26 what Stytch should not have said', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await createStage(KINDS[1] as (typeof KINDS)[0])
  })
  beforeEach(() => stage.startOver())

  /** In a lie: the id of another object of each kind, and text no answer of ours has. */
  const NIL = '00000000-0000-4000-8000-000000000000'
  const MARK = 'said-by-the-liar'
  const marked = { name: MARK }
  const LIES: Readonly<Record<string, Loose>> = {
    projects: { project: { project_slug: 'other', ...marked } },
    environments: { environment: { environment_slug: 'other', ...marked } },
    secrets: { secret: { secret_id: `secret-test-${NIL}`, last_four: MARK.slice(0, 4) } },
    publicTokens: { public_token: { public_token: `public-token-test-${NIL}` } },
    redirectURLs: { redirect_url: { url: `https://${MARK}.example.com/` } },
    emailTemplates: { email_template: { template_id: 'other', ...marked } },
    eventLogStreaming: { event_log_streaming_config: { destination_type: 'DATADOG' } },
    trustedTokens: {
      profile: { profile_id: `trusted-token-profile-test-${NIL}`, ...marked },
      pem_file: { pem_file_id: `pem-file-test-${NIL}`, public_key: MARK },
    },
  }
  /** Answers that name no object, or one that is new. */
  const NAMELESS =
    /\.(?:delete|deletePEM|unset|enable|disable)$|^(?:secrets|publicTokens|trustedTokens)\.create|\.getAll$/

  const kinds: readonly (readonly [string, object])[] = [
    ['a page', { kind: 'garbage' }],
    ['half an answer', { kind: 'truncated' }],
    ['five megabytes', { kind: 'huge', bytes: 5_000_000 }],
    ['somewhere else', { kind: 'redirect', location: 'https://evil.test/said-by-the-liar' }],
  ]
  const rows = WALKS.filter(({ typed }) => typed === undefined).flatMap((walk) => {
    const resource = walk.operation.split('.')[0] as string
    const body = NAMELESS.test(walk.operation) ? undefined : LIES[resource]
    const lie = body === undefined ? [] : [['another object', { kind: 'lie', body }] as const]
    return [...kinds, ...lie].map(([what, fault]) => [walk.operation, what, walk, fault] as const)
  })

  test.each(rows)('%s: %s', async (_, __, walk, fault) => {
    const made = await walk.arrange?.(stage.there)
    stage.faultAt(walk.operation, { ...fault })
    const { code, whole } = await stage.call(walk.tool, walk.args(made), walk.phrase)
    const read = operationNamed(walk.operation).risk === 'read'
    // A change that got such an answer may have been made: that is what must be said of it.
    expect(code).toBe(read ? 'upstream_error' : 'outcome_unknown')
    expect(stage.asked().filter((line) => isOf(walk.operation, line))).toHaveLength(1)
    for (const text of [whole, said(stage)])
      expect(text).not.toMatch(/<html|by-the-liar|evil\.test/i)
  })
})
