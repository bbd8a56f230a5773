/**
 * What must be true of every tool this server offers, whoever declared it: read from the list a client
 * gets when everything is on. Checklist D1.01, D1.03, D1.08 to D1.10, A9.01.
 */
import { describe, expect, test } from 'bun:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { loadConfig, type Tool } from '../../src/index.ts'
import { createLog } from '../../src/observe/log.ts'
import { offerOf } from '../../src/offer.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { SCOPE_DESCRIPTIONS } from '../../src/tools/scopes.ts'
import { MANAGEMENT_TOOLSETS } from '../../src/toolsets.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, type Era, rpc } from '../support/mcp.ts'

const env = { TOOLSETS: 'all' }
const fixture = createFixture({ env })

/** As a client sees it. */
interface Listed {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: Schema
  readonly outputSchema?: Schema
  readonly annotations: Readonly<Record<string, unknown>>
}
type Schema = Readonly<Record<string, unknown>>

async function listed(era: Era, user = 'ada@example.com'): Promise<readonly Listed[]> {
  const tools: Listed[] = []
  let cursor: unknown
  do {
    const params = cursor === undefined ? {} : { cursor }
    const token = await fixture.token({ user })
    const { result } = await answer(
      await fixture.send('/mcp', rpc(era, 'tools/list', params, token)),
    )
    tools.push(...((result?.tools ?? []) as unknown as Listed[]))
    cursor = result?.nextCursor
  } while (cursor !== undefined)
  return tools
}

/** As it was declared. */
const declared = offerOf(loadConfig(env), {
  fetch: () => Promise.reject(new Error('A declaration asked the network.')),
  now: Date.now,
  store: memoryStore(),
  log: createLog({ write: () => {} }),
} as unknown as Parameters<typeof offerOf>[1]).catalogue.tools

const all = await listed('modern')
const rows = all.map((tool) => [tool.name, tool, declared.get(tool.name) as Tool] as const)

test('everything is looked at: every toolset there are tools for, and applyPlan', () => {
  expect(all.map(({ name }) => name).toSorted()).toEqual([...declared.keys()].toSorted())
  expect(all.map(({ name }) => name)).toContain('applyPlan')
  const toolsets = new Set([...declared.values()].map(({ toolset }) => toolset))
  for (const toolset of toolsets) {
    expect(['identity', 'confirmation', ...MANAGEMENT_TOOLSETS]).toContain(toolset)
  }
})

describe.each(rows)('%s', (name, tool, { risk, scopes, applyPlanned, input, output }) => {
  test('D1.01 says all four hints, and those of its risk', () => {
    expect(tool.annotations).toEqual({
      readOnlyHint: risk === 'read',
      destructiveHint: risk === 'destructive',
      idempotentHint: expect.any(Boolean),
      openWorldHint: expect.any(Boolean),
    })
    if (risk === 'read') expect(tool.annotations.idempotentHint).toBe(true)
  })

  test('A9.01 needs a scope, each of which a person is told about', () => {
    expect(scopes.length).toBeGreaterThan(0)
    for (const scope of scopes) {
      expect(scope === 'openid' || Object.hasOwn(SCOPE_DESCRIPTIONS, scope)).toBe(true)
    }
  })

  test('A9.18, D3.13 destroys only what a person confirmed', () => {
    if (risk === 'destructive')
      expect(applyPlanned !== undefined || name === 'applyPlan').toBe(true)
    if (risk === 'read') expect(applyPlanned).toBeUndefined()
  })

  test('D1.03 takes nothing it does not know', async () => {
    expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(openObjects(tool.inputSchema, '')).toEqual([])
    expect(await faults(input, { unheard_of: 1 })).toContainEqual([])
  })

  test('D1.03 takes no text and no list that is as long as a request', async () => {
    for (const [path, value] of oversized(tool.inputSchema)) {
      if (MEASURED.has(`${name} ${path.join('.')}`)) continue
      const noticed = (await faults(input, value)).filter(
        (fault) => fault.length > 0 && fault.every((part, at) => part === path[at]),
      )
      expect([path, noticed.length > 0]).toEqual([path, true])
    }
  })

  test('D1.08 is worded by us: short lines of plain letters', () => {
    for (const text of [tool.title, tool.description]) {
      expect(text).toMatch(/^[ -~’–—…]+$/)
      expect(text.trim()).toBe(text)
    }
    expect(tool.title.length).toBeLessThanOrEqual(64)
    expect(tool.description.length).toBeLessThanOrEqual(1_024)
    expect(tool.name).toMatch(/^[A-Za-z][A-Za-z0-9]{0,63}$/)
  })

  test('D1.09 describes itself in strict JSON Schema 2020-12, without references elsewhere', () => {
    const schemas = [tool.inputSchema, ...(tool.outputSchema ? [tool.outputSchema] : [])]
    for (const schema of schemas) {
      expect(references(schema).filter((ref) => !ref.startsWith('#'))).toEqual([])
      const { $schema, ...rest } = schema
      expect($schema ?? DIALECT).toBe(DIALECT)
      const ajv = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true })
      expect(ajv.compile(rest)).toBeFunction()
    }
  })

  test('D1.09 says the shape of what it answers', () => {
    expect(input).toBeDefined()
    // What applyPlan answers is what the tool it stands for would have.
    if (name !== 'applyPlan') expect(output).toBeDefined()
    expect(tool.outputSchema?.type ?? 'object').toBe('object')
  })

  test('a change can be looked at before it is made', () => {
    const { dryRun } = (tool.inputSchema.properties ?? {}) as Record<string, unknown>
    expect(dryRun !== undefined).toBe(applyPlanned !== undefined)
  })
})

test('D1.08 who lists, and in which era, makes no difference', async () => {
  const [first, ...others] = await Promise.all(
    ERAS.flatMap((era) => ['ada@example.com', 'bob@example.com'].map((user) => listed(era, user))),
  )
  for (const other of others) expect(JSON.stringify(other)).toBe(JSON.stringify(first))
})

test('D1.10 no tool takes an address to fetch, a path, a method or code to run', () => {
  const general = /^(?:path|method|endpoint|command|code|script|query|sql|headers|body)$/i
  for (const { name, inputSchema } of all) {
    const taken = Object.keys((inputSchema.properties ?? {}) as object)
    expect([name, taken.filter((argument) => general.test(argument))]).toEqual([name, []])
    expect(name).not.toMatch(/^(?:http|fetch|request|eval|exec|run)/i)
  }
})

/** Texts measured by the tool itself, which knows more about them; its own tests have their limits. */
const MEASURED = new Set(
  ['createEmailTemplate', 'updateEmailTemplate'].flatMap((tool) =>
    [
      'name',
      ...['fromLocalPart', 'fromDomain', 'fromName', 'replyToLocalPart', 'replyToName'].map(
        (member) => `senderInformation.${member}`,
      ),
      ...['buttonColor', 'buttonTextColor', 'fontFamily'].map(
        (member) => `prebuiltCustomization.${member}`,
      ),
      ...['htmlContent', 'plaintextContent', 'subject'].map(
        (member) => `customHtmlCustomization.${member}`,
      ),
    ].map((path) => `${tool} ${path}`),
  ),
)

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** Every schema within a schema, with where it is. */
function* within(schema: unknown, path: string): Generator<readonly [string, Schema]> {
  if (typeof schema !== 'object' || schema === null) return
  if (!Array.isArray(schema)) yield [path, schema as Schema]
  for (const [name, value] of Object.entries(schema)) yield* within(value, `${path}/${name}`)
}

/**
 * Where something that names its members lets others in. What names none is a document of Stytch's: its tool
 * checks it whole, and says there what is wrong.
 */
function openObjects(schema: Schema, at: string): string[] {
  return [...within(schema, at)]
    .filter(([path, one]) => one.type === 'object' && !path.endsWith('/properties'))
    .filter(([, one]) => one.properties !== undefined && one.additionalProperties !== false)
    .map(([path]) => path)
}

type Path = readonly (string | number)[]

/** Where a schema finds fault with a value; an empty path is the whole. */
async function faults(schema: Tool['input'], value: unknown): Promise<Path[]> {
  const { issues = [] } = await schema['~standard'].validate(value)
  return issues.map(({ path = [] }) =>
    path.map((part) => (typeof part === 'object' ? part.key : part) as string | number),
  )
}

/** For each text and list: a value in which it is far too long, and where. */
function* oversized(schema: Schema): Generator<readonly [Path, unknown]> {
  const { type, properties = {}, items, additionalProperties: others } = schema
  if (type === 'string' && !('enum' in schema) && !('const' in schema)) {
    yield [[], 'x'.repeat(300_000)]
  }
  if (type === 'array') {
    yield [[], Array(5_000).fill('x')]
    for (const [path, value] of oversized((items ?? {}) as Schema)) yield [[0, ...path], [value]]
  }
  const members = { ...(properties as object), ...(isSchema(others) && { any: others }) }
  for (const [name, member] of Object.entries(members)) {
    for (const [path, value] of oversized(member)) yield [[name, ...path], { [name]: value }]
  }
  for (const either of ['anyOf', 'oneOf', 'allOf']) {
    for (const one of (schema[either] ?? []) as Schema[]) yield* oversized(one)
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null
}

function references(schema: Schema): string[] {
  return [...within(schema, '')].flatMap(([, one]) =>
    ['$ref', '$dynamicRef', '$id'].flatMap((key) => (typeof one[key] === 'string' ? one[key] : [])),
  ) as string[]
}
