/** A board for each organization; who writes on it is decided by roles at Stytch, as they are now. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { TokenOptions } from '../../src/testing.ts'
import { type Example, startExample } from '../support/example-process.ts'
import { answer, rpc } from '../support/mcp.ts'

let example: Example
beforeAll(async () => {
  example = await startExample('organization/app.ts')
})
afterAll(() => example.stop())
beforeEach(() => example.stytch.reset())

const [ADA, BOB] = ['ada@example.com', 'bob@example.com']
const OTHER = { id: 'organization-test-00000000-2026-4550-9abc-000000000009', slug: 'other' }

async function call(of: TokenOptions, name: string, args: object = {}) {
  const scopes = ['openid', 'read:board', 'write:board']
  const token = await example.stytch.token({ organization: true, scopes, ...of })
  return example.send('/mcp', rpc('modern', 'tools/call', { name, arguments: args }, token))
}
/** The code of a tool's error, or what it said. */
async function write(of: TokenOptions, announcement: string) {
  const { result } = await answer(await call(of, 'writeBoard', { announcement }))
  const text = result?.content?.[0]?.text ?? ''
  return result?.isError ? JSON.parse(text).error.code : text
}
const read = async (of: TokenOptions) =>
  (await answer(await call(of, 'readBoard'))).result?.structuredContent

test('an administrator writes, and everybody of the organization reads', async () => {
  expect(await write({ email: ADA }, 'Picnic on Friday')).toBe('The announcement is on the board.')
  expect(await read({ email: BOB })).toEqual({ announcement: 'Picnic on Friday' })
})

test('another organization has another board', async () => {
  await write({ email: ADA }, 'Ours')
  expect(await read({ email: ADA, organization: OTHER })).toEqual({})
})

test('a role counts where it was given: an administrator here is nobody there', async () => {
  expect(await write({ email: ADA, organization: OTHER }, 'Mine')).toBe('role_missing')
  expect(await read({ organization: OTHER })).toEqual({})
})

test('whoever has no role is refused, whatever their token may do', async () => {
  await write({ email: ADA }, 'Stays')
  expect(await write({ email: BOB }, 'Replaced')).toBe('role_missing')
  expect(await read({ email: BOB })).toEqual({ announcement: 'Stays' })
})

test('a role counts from the moment it is given until it is taken away', async () => {
  await example.stytch.setRoles(BOB, ['stytch_user', 'admin'])
  expect(await write({ email: BOB }, 'By Bob')).toBe('The announcement is on the board.')
  await example.stytch.setRoles(BOB, ['stytch_user'])
  expect(await write({ email: BOB }, 'By Bob again')).toBe('role_missing')
})

test('while Stytch cannot say, nobody has a role', async () => {
  await example.stytch.knob('faults', {
    faults: [{ at: 'users', kind: 'status', status: 500 }],
  })
  try {
    expect(await write({ email: ADA }, 'Lost')).toBe('roles_unavailable')
  } finally {
    await example.stytch.knob('faults', { faults: [] })
  }
})

test('a missing scope is asked for; a person who is no member is nobody', async () => {
  const refused = await call({ scopes: ['openid', 'read:board'] }, 'writeBoard')
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toContain('scope="openid write:board"')
  expect((await call({ organization: false }, 'readBoard')).status).toBe(401)
})

test('the page for consumers is not there', async () => {
  expect((await example.send('/oauth/authorize')).status).toBe(404)
})
