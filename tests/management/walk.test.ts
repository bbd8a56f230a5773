/**
 * Every operation of the management API through both generations of the official client: found, done,
 * refused, and met with every failure of Stytch's. Checklist D1.05, D2.09, D3.13, D5.09, D5.11, E-G01,
 * E-G27, E-P01 to E-P06.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { loadConfig } from '../../src/index.ts'
import { createAudit, memorySink } from '../../src/observe/audit.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { LEGACY_OPERATIONS, OPERATIONS, operationNamed } from '../../src/stytch/operations.ts'
import { createDesk } from '../../src/tools/management/desk.ts'
import { managementTools } from '../../src/tools/management/index.ts'
import type { Loose } from '../support/managing.ts'
import { KINDS, type Reach } from './clients.ts'
import { WALKS, type Walk } from './operations.ts'
import { createStage, isOf, type Outcome, type Stage } from './stage.ts'

/** Milliseconds Stytch has in the tests in which it never answers. */
const SHORT = 150

/** What a person is told at a page that could not do it: try again, or that nobody knows. */
const REFUSED = 'page: try again'
const UNKNOWN = 'page: 500'

interface Trouble {
  readonly fault: Loose
  /** Code of the answer to a read, to a write, and at a page. */
  readonly codes: readonly [read: string, write: string, page: string]
  /** How often a read is tried. A write is tried once, whatever happens. */
  readonly tries: number
  readonly says?: string
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  '429 with Retry-After': {
    fault: { kind: 'status', status: 429, retry_after: 30 },
    codes: ['upstream_rate_limited', 'upstream_rate_limited', REFUSED],
    tries: 1,
    says: '30 seconds',
  },
  '500': {
    fault: { kind: 'status', status: 500 },
    codes: ['upstream_unavailable', 'outcome_unknown', UNKNOWN],
    tries: 3,
  },
  'no answer': {
    fault: { kind: 'hang' },
    codes: ['upstream_unavailable', 'outcome_unknown', UNKNOWN],
    tries: 1,
  },
}

/** What is no part of the table: where ids of the API before version 3 lead. */
const MAP = LEGACY_OPERATIONS.map(({ operation }) => operation)

/** Operations of each tool, as declared. */
const DECLARED: ReadonlyMap<string, readonly string[]> = declared()

function declared() {
  const config = loadConfig({})
  const dead = { fetch: (() => Promise.reject(new TypeError('unreachable'))) as never }
  const store = memoryStore()
  const log = () => {}
  const audit = createAudit({ sink: memorySink(), key: new Uint8Array(32), now: Date.now, log })
  const policy = config.management as NonNullable<typeof config.management>
  const desk = createDesk({ config, policy, ...dead, now: Date.now, store, audit, log })
  return new Map(managementTools(desk).map(({ name, operations = [] }) => [name, operations]))
}

/** Declared for what a walk does not come by: a secret nobody could ever read is taken back. */
const NOT_WALKED: Readonly<Record<string, readonly string[]>> = { createSecret: ['secrets.delete'] }

/** Which operation a request, `METHOD /path`, is. */
function operationOf(line: string): string {
  const all = [...OPERATIONS, ...LEGACY_OPERATIONS].map(({ operation }) => operation)
  const found = all.filter((operation) => isOf(operation, line))
  expect([line, found]).toEqual([line, [expect.any(String)]])
  return found[0] as string
}

describe('the table', () => {
  const rows = OPERATIONS.map(({ operation }) => operation)

  test('has every operation, each once', () => {
    expect(rows).toHaveLength(60)
    expect(WALKS.map(({ operation }) => operation).sort()).toEqual([...rows].sort())
  })

  test('every operation is in the declaration of its tool, and no tool declares one that is not', () => {
    for (const { tool, operation } of WALKS) expect(DECLARED.get(tool)).toContain(operation)
    const known = [...rows, ...MAP]
    expect([...DECLARED.values()].flat().filter((one) => !known.includes(one as never))).toEqual([])
    expect([...DECLARED.keys()].sort()).toEqual([...new Set(WALKS.map(({ tool }) => tool))].sort())
  })
})

/** Whether an operation only looks. */
const isRead = ({ operation }: Walk) => operationNamed(operation).risk === 'read'

/** What came of a call, of what it asked of Stytch, and of what is there now. */
interface Taken extends Pick<Outcome, 'code' | 'text' | 'data' | 'asked'> {
  readonly before: unknown
  readonly after: unknown
  /** All requests, those of the operation, and all that change something. */
  readonly every: readonly string[]
  readonly requests: readonly string[]
  readonly writes: readonly string[]
}

/** Takes one walk, with other arguments where they are given. */
async function take(stage: Stage, walk: Walk, trouble?: Trouble, args = {}): Promise<Taken> {
  const { there } = stage
  const made = await walk.arrange?.(there)
  const before = await walk.look(there, made)
  if (trouble !== undefined) stage.faultAt(walk.operation, trouble.fault)
  const called = await stage.call(walk.tool, { ...walk.args(made), ...args }, walk.phrase)
  const ended = await finish(stage, walk, called)
  return {
    ...ended,
    before,
    after: await walk.look(there, made),
    every: stage.asked(),
    requests: stage.asked().filter((line) => isOf(walk.operation, line)),
    writes: stage.writes(),
  }
}

/** The rest of a walk that a person must go on a page. */
async function finish(stage: Stage, { typed }: Walk, called: Outcome): Promise<Outcome> {
  if (typed === undefined || called.code !== undefined) return called
  expect(stage.writes()).toEqual([])
  const { status, body } = await stage.open(called.data.page_url, {
    action: 'submit',
    values: typed,
  })
  if (status !== 200) return { ...called, code: `page: ${status}`, text: JSON.stringify(body) }
  return body.ok ? called : { ...called, code: REFUSED, text: body.sentence }
}

/** Whether a schema has a field; lists are looked into. */
function hasField(schema: Loose, path: readonly string[]): boolean {
  const [name, ...rest] = path
  if (name === undefined) return true
  const found = schema?.properties?.[name] ?? schema?.items?.properties?.[name]
  return found !== undefined && hasField(found, rest)
}

for (const kind of KINDS) {
  describe(kind.name, () => {
    let stage: Stage
    let hasty: Stage
    beforeAll(async () => {
      stage = await createStage(kind)
      hasty = await createStage(kind, { timeout: SHORT })
    })
    beforeEach(() => Promise.all([stage.startOver(), hasty.startOver()]))

    test.each([...DECLARED])(
      '%s declares what it asks of Stytch, all of it',
      async (tool, operations) => {
        const asked = new Set<string>()
        // Slugs lead nowhere else and live environments may be changed, so that no place has to be found.
        for (const walk of WALKS.filter((one) => one.tool === tool)) {
          await stage.startOver()
          const { code, every } = await take(stage, walk)
          expect(code).toBeUndefined()
          for (const line of every) asked.add(operationOf(line))
        }
        const declared = operations.filter((one) => !NOT_WALKED[tool]?.includes(one))
        expect([...asked].sort()).toEqual([...declared].sort())
      },
    )

    test('speaks its protocol, and validates what it is told', async () => {
      expect(stage.client.protocolVersion).toBe(kind.protocolVersion)
      const lying: Reach = (async (input: RequestInfo | URL, init?: RequestInit) => {
        const response = await stage.reach(input, init)
        const text = await response.text()
        return new Response(text.replace(/"user_count":\d+/g, '"user_count":"none"'), response)
      }) as Reach
      const url = new URL('/mcp', stage.fixture.config.publicUrl)
      const client = await kind.connect(url, lying)
      const where = { project_slug: 'local-stytch', environment_slug: 'test' }
      expect((await stage.client.call('getEnvironmentMetrics', where)).data).toBeDefined()
      await expect(client.call('getEnvironmentMetrics', where)).rejects.toThrow(/schema/i)
    })

    describe.each(WALKS.map((walk) => [walk.operation, walk] as const))('%s', (_, walk) => {
      const { tool: name, phrase } = walk
      const read = isRead(walk)

      test('its tool is listed, with the fields Stytch has', () => {
        const tool = stage.client.tools.get(name)
        const schema = tool?.inputSchema
        expect(schema?.additionalProperties).toBe(false)
        expect(walk.fields.filter((path) => !hasField(schema, path.split('.')))).toEqual([])
        expect(tool?.outputSchema?.type).toBe('object')
        expect(tool?.annotations.readOnlyHint).toBe(read)
      })

      test(`${read ? 'tells what is there' : 'does it'}, and nothing besides`, async () => {
        const { code, data, asked, before, after, requests, writes } = await take(stage, walk)
        expect(code).toBeUndefined()
        expect(asked).toHaveLength(phrase === undefined ? 0 : 1)
        expect(requests.length).toBeGreaterThan(0)
        if (walk.tells !== undefined) {
          expect(walk.tells(data)).toEqual(before as never)
          expect(after).toEqual(before)
          expect(writes).toEqual([])
        } else {
          expect(after).toEqual(walk.becomes as never)
          expect(after).not.toEqual(before)
          expect(writes).toEqual(requests as string[])
          expect(writes).toHaveLength(1)
        }
      })

      if (walk.absent !== undefined) {
        test('what is not there is not found', async () => {
          const { code, before, after } = await take(stage, walk, undefined, walk.absent)
          expect(code).toBe('not_found')
          expect(after).toEqual(before)
        })
      }

      test('E-G01 arguments it does not have, or that are wrong, change nothing', async () => {
        for (const args of [{ surprise: true }, walk.invalid]) {
          const { code, text, writes } = await take(stage, walk, undefined, args)
          expect(code).toBe('invalid_arguments')
          expect(writes).toEqual([])
          for (const value of Object.values(args)) {
            if (typeof value === 'string' && value.length > 2) expect(text).not.toContain(value)
          }
          await stage.startOver()
        }
      })

      test('E-G27 a key Stytch does not accept is no reason to sign in again', async () => {
        const made = await walk.arrange?.(stage.there)
        const before = await walk.look(stage.there, made)
        await stage.faultEverywhere([{ kind: 'status', status: 401 }])
        const { code, text } = await stage.call(name, walk.args(made), phrase)
        expect(code).toBe('upstream_error')
        expect(text).toContain('Signing in again does not help')
        expect(stage.statuses.every((status) => status === 200)).toBe(true)
        expect(stage.writes().length).toBeLessThan(2)
        await stage.faultEverywhere([])
        expect(await walk.look(stage.there, made)).toEqual(before as never)
      })

      test.each(Object.keys(TROUBLES))('D2.09 %s', async (what) => {
        const trouble = TROUBLES[what] as Trouble
        const at = trouble.fault.kind === 'hang' ? hasty : stage
        const taken = await take(at, walk, trouble)
        const [ofRead, ofWrite, ofPage] = trouble.codes
        expect(taken.code).toBe(read ? ofRead : walk.typed ? ofPage : ofWrite)
        expect(taken.text).toContain(trouble.says ?? '')
        expect(taken.requests).toHaveLength(read ? trouble.tries : 1)
        expect(taken.after).toEqual(taken.before)
        expect(taken.writes).toHaveLength(read ? 0 : 1)
        expect(at.statuses.every((status) => status === 200)).toBe(true)
      })
    })
  })
}
