/**
 * What becomes part of an address: every identifying argument of every management tool, with every value of
 * the checklist's table E-P. Each is refused before the management API is asked anything.
 */
import { beforeAll, describe, expect, test } from 'bun:test'
import type { CallContext } from '../../src/mcp/call-context.ts'
import { createCallLimits } from '../../src/mcp/call-limits.ts'
import { type Tool, ToolError } from '../../src/mcp/tool.ts'
import type { Principal } from '../../src/oauth/principal.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { IDENTIFIERS } from '../../src/stytch/identifiers.ts'
import { createManagement } from '../../src/stytch/management.ts'
import { createAdmins } from '../../src/tools/management/admins.ts'
import type { Desk } from '../../src/tools/management/desk.ts'
import { createDirectory } from '../../src/tools/management/directory.ts'
import { managementTools } from '../../src/tools/management/index.ts'
import { createReach } from '../../src/tools/management/reach.ts'
import { SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { createClock } from '../support/clock.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { SAMPLES } from '../support/management-samples.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { managed } from '../support/tool-calls.ts'

const UUID = '00000000-0000-4000-8000-000000000001'
const SUBJECT = `user-test-${UUID}`

const EVERYWHERE: readonly (readonly [id: string, value: unknown])[] = [
  ['E-P01', '..'],
  ['E-P02', '.'],
  ['E-P02', '...'],
  ['E-P06', ''],
  ['E-P09', '..%2f'],
  ['E-P09', '%2e%2e'],
  ['E-P09', 'a%252f'],
  ['E-P09', 'a/b'],
  ['E-P09', 'a/../b'],
  ['E-P09', 'a\\b'],
  ['E-P11', 'a?x=1'],
  ['E-P11', 'a#x'],
  ['E-P11', 'a;v=1'],
  ['E-P11', 'a&b'],
  ['E-P13', '\u0000'],
  ['E-P13', 'a\u0000'],
  ['E-P13', '%00'],
  ['E-P14', '．．'],
  ['E-P14', '․․'],
  ['E-P14', 'ａ'],
  ['E-P15', '\ud800'],
  ['E-P15', 'a\udfff'],
  ['E-P16', '//evil.test'],
  ['E-P16', 'https://evil.test'],
  ['E-P16', '@evil.test'],
  ['E-P17', ['..', 'x']],
  ['E-P17', { toString: 'x' }],
  ['E-P17', 5],
  ['E-P17', true],
  ['E-P17', null],
  ['E-P18', 'env.'],
  ['E-P18', ' env'],
  ['E-P18', 'env '],
  ['E-P18', 'env\n'],
  ['E-G02', 'a'.repeat(200)],
]

/** What is a good value of another argument, by argument. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  project_id: [SUBJECT, `organization-test-${UUID}`, `project-${UUID}`, UUID, 'local-stytch'],
  project_slug: ['ENV', `Project-test-${UUID}`, 'a_b', '-a', 'a-'],
  environment_slug: ['ENV', 'a_b', '-a', 'a-'],
  secret_id: [`public-token-test-${UUID}`, `project-test-${UUID}`, 'ENV', 'secret-test-value'],
  public_token: [`secret-test-${UUID}`, `project-test-${UUID}`, UUID, 'ENV'],
  profile_id: [SUBJECT, `secret-test-${UUID}`, 'ENV'],
  pem_file_id: [SUBJECT, `secret-test-${UUID}`, 'ENV'],
  template_id: ['-a', '.a', 'a.'],
  email_template_type: ['login', 'ENV', 'LOGIN/..'],
  jwt_template_type: ['session', 'ENV', 'SESSION/..'],
  destination_type: ['datadog', 'ENV', 'DATADOG/enable'],
}

const slugs = { project_slug: 'local-stytch', environment_slug: 'test' }
const id = { project_id: `project-test-${UUID}` }

/** Good arguments of a tool, in each way its place can be named. */
function ways(at: string, args: object): object[] {
  if (at === 'workspace') return [args]
  if (at === 'project')
    return [
      { ...args, project_slug: 'local-stytch' },
      { ...args, ...id },
    ]
  return [
    { ...args, ...slugs },
    { ...args, ...id },
  ]
}

/** Every tool with every one of its identifying arguments, and good ones around it. */
const CASES = Object.entries(SAMPLES).flatMap(([at, tools]) =>
  Object.entries(tools).flatMap(([name, args]) =>
    ways(at, args).flatMap((good) =>
      Object.keys(good)
        .filter((argument) => argument in IDENTIFIERS)
        .map((argument) => ({ name, argument, good })),
    ),
  ),
)

describe('every tool, by itself', () => {
  const asked: string[] = []
  const clock = createClock()
  const tools = new Map<string, Tool>()

  beforeAll(() => {
    const management = createManagement({
      baseUrl: 'http://localhost:3001',
      keyId: 'key',
      keySecret: 'secret',
      fetch: (async (input: RequestInfo | URL) => {
        asked.push(String(input))
        throw new TypeError('unreachable')
      }) as unknown as typeof fetch,
      pause: async () => {},
    })
    const policy = {
      adminUsers: [SUBJECT],
      adminRoles: [],
      projects: 'all',
      allowLive: true,
    } as const
    const store = memoryStore()
    const desk = {
      admins: createAdmins({ policy, roles: async () => [], now: clock.now }),
      reach: createReach({
        policy,
        directory: createDirectory({ management, policy, now: clock.now }),
      }),
      limits: createCallLimits({ store, now: clock.now }),
      store,
      own: { projectId: `project-test-${UUID}`, publicToken: `public-token-test-${UUID}` },
      stytch: () => management,
    } as unknown as Desk
    for (const tool of managementTools(desk)) tools.set(tool.name, tool)
  })

  const principal = {
    issuer: 'https://example.com',
    subject: SUBJECT,
    kind: 'user',
    clientId: 'client',
    scopes: Object.keys(SCOPE_DESCRIPTIONS),
  } as unknown as Principal

  /** The code of the refusal; `undefined` when there was none. */
  async function refusal(name: string, args: object): Promise<string | undefined> {
    const tool = tools.get(name) as Tool
    const read = await tool.input['~standard'].validate(args)
    if (read.issues !== undefined) return 'invalid_arguments'
    // Each call has its minute: limits are not what is tried here.
    clock.advance(60)
    const context = {
      principal,
      capabilities: {},
      signal: new AbortController().signal,
    } as unknown as CallContext
    try {
      await tool.run(read.value, context)
      return undefined
    } catch (error) {
      if (error instanceof ToolError) return error.code
      throw error
    }
  }

  test('has a sample, and every kind of identifier is somewhere', () => {
    const sampled = Object.values(SAMPLES).flatMap((of) => Object.keys(of))
    expect(sampled.sort()).toEqual([...tools.keys()].sort())
    const tried = new Set(CASES.map(({ argument }) => argument))
    expect([...tried].sort()).toEqual(Object.keys(ELSEWHERE).sort())
    // Of the kinds that are in no address of the management API there is only the one of people.
    const never = Object.keys(IDENTIFIERS).filter((kind) => !tried.has(kind))
    expect(never).toEqual(['user_id', 'organization_id'])
  })

  test('takes its sample: it gets as far as Stytch', async () => {
    for (const [at, all] of Object.entries(SAMPLES)) {
      for (const [name, args] of Object.entries(all)) {
        for (const good of ways(at, args)) {
          const read = await (tools.get(name) as Tool).input['~standard'].validate(good)
          expect([name, read.issues]).toEqual([name, undefined])
        }
      }
    }
  })

  test.each(EVERYWHERE)('%s %j is refused in every identifying argument', async (_, value) => {
    asked.length = 0
    for (const { name, argument, good } of CASES) {
      const code = await refusal(name, { ...good, [argument]: value })
      expect([name, argument, code]).toEqual([name, argument, 'invalid_arguments'])
    }
    expect(asked).toEqual([])
  })

  test.each(Object.entries(ELSEWHERE))(
    'E-P18, E-P21 %s is not what names something else',
    async (kind, values) => {
      asked.length = 0
      for (const { name, argument, good } of CASES.filter(({ argument }) => argument === kind)) {
        for (const value of values) {
          const code = await refusal(name, { ...good, [argument]: value })
          expect([name, value, code]).toEqual([name, value, 'invalid_arguments'])
        }
      }
      expect(asked).toEqual([])
    },
  )

  test('E-P04, E-P05 all of them at once', async () => {
    asked.length = 0
    for (const { name, good } of CASES) {
      const bad = Object.keys(good).filter((argument) => argument in IDENTIFIERS)
      const args = { ...good, ...Object.fromEntries(bad.map((argument) => [argument, '..'])) }
      expect([name, await refusal(name, args)]).toEqual([name, 'invalid_arguments'])
    }
    expect(asked).toEqual([])
  })
})

describe.each(ERAS)('through the whole server, %s', (era) => {
  let fixture: Fixture
  beforeAll(() => {
    fixture = createFixture({ env: { TOOLSETS: 'all' } })
  })

  test('E-P01 dots are a tool error that says which argument, and do not come back', async () => {
    const scope = `openid ${Object.keys(SCOPE_DESCRIPTIONS).join(' ')}`
    const token = await fixture.token({ scope })
    fixture.egress.length = 0
    for (const { name, argument, good } of CASES) {
      const params = { name, arguments: { ...good, [argument]: '..evil' } }
      const response = await fixture.send('/mcp', rpc(era, 'tools/call', params, token))
      const { result } = await answer(response)
      const text = result?.content?.[0]?.text
      expect([name, response.status, result?.isError]).toEqual([name, 200, true])
      expect(text).toContain(argument)
      expect(text).not.toContain('evil')
    }
    expect(managed(fixture)).toEqual([])
  })
})
