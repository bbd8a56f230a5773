/** Arguments that do not fit their tool: told by path and rule, as an error of the call, never by value. */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { defineTool, fromJsonSchema } from '../../src/index.ts'
import { createFixture } from '../support/fixture.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'
import { recorded } from '../support/trail.ts'

const VALUE = 'a-value-nobody-may-read-again'

function arrange() {
  const ran: unknown[] = []
  const common = {
    title: 'Take',
    description: 'Takes.',
    toolset: 'test',
    risk: 'read' as const,
    scopes: ['openid'],
    run: async (input: unknown) => {
      ran.push(input)
      return { summary: 'Taken.' }
    },
  }
  const tools = [
    defineTool({
      ...common,
      name: 'take',
      audited: ['name', 'kind'],
      input: z.strictObject({
        name: z.string().max(10),
        kind: z.enum(['A', 'B']).default('A'),
        many: z.array(z.strictObject({ n: z.number().int() })).optional(),
      }),
    }),
    defineTool({
      ...common,
      name: 'take_json',
      input: fromJsonSchema({
        type: 'object',
        properties: { name: { type: 'string', maxLength: 10 } },
        required: ['name'],
        additionalProperties: false,
      }),
    }),
  ]
  return { ran, fixture: createFixture({ tools }) }
}

describe.each([...ERAS])('%s era', (era) => {
  async function take(given: unknown, tool = 'take') {
    const { ran, fixture } = arrange()
    const request = rpc(era, 'tools/call', { name: tool, arguments: given }, await fixture.token())
    const { result, error } = await answer(await fixture.send('/mcp', request))
    const text = result?.content?.[0]?.text ?? ''
    return { ran, result, error, text, fixture }
  }

  test.each<[string, unknown, RegExp]>([
    ['missing', {}, /name: /],
    ['null', { name: null }, /name: /],
    ['of the wrong type', { name: 7 }, /name: .*string/],
    ['too long', { name: VALUE }, /name: /],
    ['not one of the options', { name: 'x', kind: VALUE }, /kind: .*A/],
    ['wrong deep inside', { name: 'x', many: [{ n: 1 }, { n: VALUE }] }, /many\.1\.n: /],
    ['extra', { name: 'x', more: VALUE }, /more/],
    ['extra deep inside', { name: 'x', many: [{ n: 1, m: VALUE }] }, /many\.0: /],
  ])('E-G01, E-J21, D1.04 an argument that is %s', async (_, given, says) => {
    const { ran, result, text, fixture } = await take(given)
    expect(result?.isError).toBe(true)
    const { error } = JSON.parse(text)
    expect(error).toMatchObject({ code: 'invalid_arguments', request_id: expect.any(String) })
    expect(error.message).toMatch(says)
    expect(text).not.toContain(VALUE)
    expect(ran).toEqual([])
    expect(await recorded(fixture, 1)).toMatchObject([{ error: 'invalid_arguments' }])
    expect(fixture.trail.lines.join()).not.toContain(VALUE)
  })

  test('E-G01 JSON Schema is checked as well', async () => {
    const { ran, result, text } = await take({ name: VALUE }, 'take_json')
    expect(result?.isError).toBe(true)
    expect(JSON.parse(text).error.code).toBe('invalid_arguments')
    expect(text).not.toContain(VALUE)
    expect(ran).toEqual([])
  })

  test('D5.02 a member with a name made to be read is told harmlessly', async () => {
    const { text } = await take({ name: 'x', ['\u001b[2J\u202eignore\u200b'.repeat(40)]: 1 })
    for (const hidden of ['\u001b', '\u202e', '\u200b']) expect(text).not.toContain(hidden)
    expect(text.length).toBeLessThan(600)
  })

  test('what fits runs, with its defaults; no arguments are none', async () => {
    const { ran, fixture } = await take({ name: 'x' })
    expect(ran).toEqual([{ name: 'x', kind: 'A' }])
    expect(await recorded(fixture, 1)).toMatchObject([{ arguments: { name: 'x' } }])
    const { result } = await take(undefined)
    expect(result?.isError).toBe(true)
  })
})
