/** What every management tool does around its own work, tried with tools of no other purpose. */
import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import type { CallContext } from '../../src/mcp/call-context.ts'
import { createCallLimits } from '../../src/mcp/call-limits.ts'
import type { ToolAnswer } from '../../src/mcp/tool.ts'
import type { Principal } from '../../src/oauth/principal.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { createAdmins } from '../../src/tools/management/admins.ts'
import { declareFor } from '../../src/tools/management/declare.ts'
import type { Desk } from '../../src/tools/management/desk.ts'

const user = {
  issuer: 'https://example.com',
  subject: 'user-test-1',
  kind: 'user',
  clientId: 'client',
  scopes: ['openid'],
} as unknown as Principal
const member = { ...user, subject: 'member-test-1', kind: 'member' } as Principal

function desk(): Desk {
  const store = memoryStore()
  const none = { stytch: () => ({}), admins: { ensure: async () => {} } }
  return { ...none, store, limits: createCallLimits({ store }) } as unknown as Desk
}

function context(): CallContext {
  const signal = new AbortController().signal
  return { principal: user, capabilities: {}, signal } as unknown as CallContext
}

const common = {
  name: 'makeNote',
  title: 'Make a note',
  description: 'Makes a note.',
  toolset: 'projects',
  scopes: ['openid'],
  operations: [],
  at: 'workspace',
  output: z.object({ note: z.string(), lines: z.array(z.string()) }),
} as const

describe('an answer too large for a result', () => {
  const lines = Array.from({ length: 1_000 }, () => 'x'.repeat(100))
  const data = { note: 'new', lines }

  test('of a look is an error', async () => {
    const tool = declareFor(desk()).read({
      ...common,
      input: {},
      run: async () => ({ summary: 'Found.', data }),
    })
    expect(await tool.run({}, context()).catch(({ code }) => code)).toBe('too_large')
  })

  test('of a change is left out, as the change was made; and is not made again', async () => {
    let made = 0
    const tool = declareFor(desk()).change({
      ...common,
      risk: 'write',
      makes: true,
      input: {},
      prepare: async () => ({
        apply: async () => {
          made++
          return { summary: 'The note was made.', data }
        },
      }),
    })
    const args = { idempotency_key: 'once' }
    const answer = (await tool.run(args, context())) as ToolAnswer<object>
    expect(answer.summary).toStartWith('The note was made. There is more')
    expect(answer.data).toEqual({ changes: [] })
    await tool.run(args, context())
    expect(made).toBe(1)
  })
})

test('what fails after something was made is not made again under its key', async () => {
  let made = 0
  const tool = declareFor(desk()).change({
    ...common,
    risk: 'write',
    makes: true,
    input: {},
    prepare: async () => ({
      apply: async () => {
        made++
        throw new RangeError('after it was made')
      },
    }),
  })
  const args = { idempotency_key: 'once' }
  const codes = []
  for (let i = 0; i < 2; i++) {
    codes.push(await tool.run(args, context()).catch(({ code, name }) => code ?? name))
  }
  expect(codes).toEqual(['RangeError', 'in_progress'])
  expect(made).toBe(1)
})

test('arguments named like parts of addresses are checked, and described as they were', () => {
  const tool = declareFor(desk()).read({
    ...common,
    at: 'environment',
    input: { secret_id: z.string().describe('From the list'), note: z.string().optional() },
    run: async () => ({ summary: '', data: { note: '', lines: [] } }),
  })
  const schema = tool.input['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  expect(schema.properties).toEqual({
    project_id: { type: 'string', description: 'or both slugs' },
    project_slug: { type: 'string' },
    environment_slug: { type: 'string' },
    secret_id: { type: 'string', description: 'From the list' },
    note: { type: 'string' },
  })
  const wrong = (args: object) =>
    'issues' in (tool.input['~standard'].validate(args) as object) ? 'refused' : 'taken'
  expect(wrong({ secret_id: '..' })).toBe('refused')
  expect(wrong({ secret_id: '00000000-0000-4000-8000-000000000001', note: '..' })).toBe('taken')
})

describe('roles', () => {
  test('of members of organizations are of those organizations’ choosing: they count for nothing', async () => {
    const asked: string[] = []
    const admins = createAdmins({
      policy: { adminUsers: [], adminRoles: ['admin'] },
      roles: async (subject) => {
        asked.push(subject)
        return ['admin']
      },
      now: Date.now,
    })
    const { signal } = context()
    await admins.ensure(user, true, signal)
    const refused = await admins.ensure(member, true, signal).catch(({ code }) => code)
    expect(refused).toBe('forbidden')
    expect(asked).toEqual([user.subject])
  })

  test('whoever gives up asking is not told that Stytch failed', async () => {
    const reason = new Error('given up')
    const admins = createAdmins({
      policy: { adminUsers: [], adminRoles: ['admin'] },
      roles: () => Promise.reject(reason),
      now: Date.now,
    })
    expect(await admins.ensure(user, false, context().signal).catch((error) => error)).toBe(reason)
  })
})
