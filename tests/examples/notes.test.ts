/** Notes are each person's own, and writing takes a scope that reading does not. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { TokenOptions } from '../../src/testing.ts'
import { type Example, startExample } from '../support/example-process.ts'
import { answer, ERAS, rpc } from '../support/mcp.ts'

let example: Example
beforeAll(async () => {
  example = await startExample('notes/app.ts')
})
afterAll(() => example.stop())

const [ADA, BOB] = ['ada@example.com', 'bob@example.com']
const ALL = ['openid', 'read:notes', 'write:notes']

async function call(of: TokenOptions, name: string, args: object = {}, era = ERAS[0]) {
  const token = await example.stytch.token({ scopes: ALL, ...of })
  const params = { name, arguments: args }
  return example.send('/mcp', rpc(era ?? 'legacy', 'tools/call', params, token))
}
const notesOf = async (email: string) =>
  (await answer(await call({ email }, 'listNotes'))).result?.structuredContent

test('what one person keeps, nobody else reads', async () => {
  for (const era of ERAS) {
    const { result } = await answer(await call({ email: ADA }, 'addNote', { text: era }, era))
    expect(result?.isError).toBeFalsy()
  }
  expect(await notesOf(ADA)).toEqual({ notes: [...ERAS] })
  expect(await notesOf(BOB)).toEqual({ notes: [] })
})

test('an app that may only read is told what writing takes, and nothing is written', async () => {
  const before = await notesOf(ADA)
  const scopes = ['openid', 'read:notes']
  const response = await call({ email: ADA, scopes }, 'addNote', { text: 'no' })
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toContain(
    'scope="openid write:notes", error="insufficient_scope"',
  )
  expect(await notesOf(ADA)).toEqual(before)
})

test('a revoked token writes nothing any more', async () => {
  const before = await notesOf(ADA)
  const token = await example.stytch.token({ scopes: ALL })
  await example.stytch.knob('grants/revoke', { token })
  const params = { name: 'addNote', arguments: { text: 'no' } }
  const response = await example.send('/mcp', rpc('legacy', 'tools/call', params, token))
  expect(response.status).toBe(401)
  expect(await notesOf(ADA)).toEqual(before)
})
