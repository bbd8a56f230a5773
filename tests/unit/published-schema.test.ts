/** Schemas that clients cannot be told: found where a tool is declared, not where tools are listed. */
import { describe, expect, test } from 'bun:test'
import { fromJsonSchema } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { defineTool, type Schema } from '../../src/index.ts'

const declare = (input: Schema, output?: Schema) =>
  defineTool({
    name: 'any',
    title: 'Any',
    description: 'For tests.',
    toolset: 'test',
    risk: 'read',
    scopes: ['openid'],
    input,
    ...(output === undefined ? {} : { output }),
    run: async () => ({}),
  })

const NOTHING = z.strictObject({})

/** What has no JSON Schema. */
const UNTELLABLE: [string, z.ZodType][] = [
  ['a date', z.date()],
  ['a bigint', z.bigint()],
  ['a map', z.map(z.string(), z.string())],
  ['undefined', z.undefined()],
  ['a date, deep within', z.object({ many: z.array(z.object({ at: z.date().optional() })) })],
]

describe('a tool cannot be declared', () => {
  test.each(UNTELLABLE)('whose input holds %s', (_, schema) => {
    expect(() => declare(z.strictObject({ schema }))).toThrow(
      new TypeError('Tool any: its input cannot be described as JSON Schema.'),
    )
  })

  test.each([
    ...UNTELLABLE,
    ['what a function makes', z.string().transform(Number)] as [string, z.ZodType],
  ])('whose output holds %s', (_, schema) => {
    expect(() => declare(NOTHING, z.object({ schema }))).toThrow(
      new TypeError('Tool any: its output cannot be described as JSON Schema.'),
    )
  })

  test.each<[string, Schema]>([
    ['text', z.string() as unknown as Schema],
    ['a list', z.array(z.string()) as unknown as Schema],
    ['a number, in JSON Schema', fromJsonSchema({ type: 'number' } as never) as Schema],
  ])('whose arguments are %s', (_, schema) => {
    expect(() => declare(schema)).toThrow(
      new TypeError('Tool any: its input must describe an object.'),
    )
  })

  test('whose schema cannot describe itself at all, and the reason is kept', () => {
    const mute = { '~standard': { ...NOTHING['~standard'], vendor: 'mute', jsonSchema: undefined } }
    let error: unknown
    try {
      declare(mute as unknown as Schema)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(TypeError)
    expect((error as TypeError).message).toBe(
      'Tool any: its input cannot be described as JSON Schema.',
    )
    expect((error as TypeError).cause).toBeInstanceOf(Error)
  })
})

describe('a tool can be declared', () => {
  test.each<[string, Schema]>([
    ['what a function makes of text', z.strictObject({ n: z.string().transform(Number) })],
    ['one of two objects', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    ['JSON Schema', fromJsonSchema({ type: 'object', properties: { a: {} } }) as Schema],
  ])('whose arguments are %s', (_, schema) => {
    expect(() => declare(schema)).not.toThrow()
  })

  test.each<[string, Schema]>([
    ['a list', z.array(z.string())],
    ['text', z.string()],
    [
      'a tree',
      z.object({
        get below() {
          return z.array(z.unknown())
        },
      }),
    ],
  ] as [string, Schema][])('whose answer is %s', (_, schema) => {
    expect(() => declare(NOTHING, schema)).not.toThrow()
  })
})

test('what is told is the same however often it is asked, and by whom', () => {
  const { input, output } = declare(
    z.strictObject({ a: z.string().default('x') }),
    z.object({ b: z.number() }),
  )
  const target = 'draft-2020-12'
  const ask = () => [
    input['~standard'].jsonSchema.input({ target }),
    output?.['~standard'].jsonSchema.output({ target }),
  ]
  expect(ask()).toEqual([
    {
      type: 'object',
      properties: { a: { type: 'string', default: 'x' } },
      additionalProperties: false,
    },
    { type: 'object', properties: { b: { type: 'number' } }, required: ['b'] },
  ])
  expect(ask()).toEqual(ask())
  const older = input['~standard'].jsonSchema.input({ target: 'draft-07' })
  expect(older).toMatchObject({ type: 'object', additionalProperties: false })
})
