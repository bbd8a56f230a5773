/** The toolset `public_tokens`. Checklist: E-G08, D3. */
import { describe, expect, test } from 'bun:test'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../../src/tools/scopes.ts'
import { createFixture } from '../support/fixture.ts'
import { beside, caller, managed, questionOf, written } from '../support/tool-calls.ts'

const { consumer, b2b } = SEED_PROJECTS
const place = { project: b2b.slug, environment: b2b.test }
/** As the hosted server has it named. */
const where = { project_id: 'project-test-10ca1577-c0de-4c33-8e57-0123456789ad' }

function arrange() {
  const fixture = createFixture()
  const there = beside(fixture)
  const tokens = async () =>
    (await there.publicTokens.getAll(place)).map(({ public_token }) => public_token)
  return { fixture, there, tokens, ...caller(fixture, MANAGE_SETTINGS) }
}

test('lists and tells them', async () => {
  const { call, there } = arrange()
  const made = await there.publicTokens.create(place)
  expect((await call('getAllPublicTokens', where)).data).toEqual({ public_tokens: [made] })
  const { public_token } = made
  expect((await call('getPublicToken', { ...where, public_token })).data).toEqual({
    public_token: made,
  })
})

describe('createPublicToken', () => {
  test('makes one', async () => {
    const { call, tokens } = arrange()
    const { data } = await call('createPublicToken', where)
    const { public_token } = data.public_token as { public_token: string }
    expect(await tokens()).toEqual([public_token])
  })

  test('a dry run makes none', async () => {
    const { call, fixture } = arrange()
    const { data } = await call('createPublicToken', { ...where, dryRun: true })
    expect(data.changes).toHaveLength(1)
    expect(written(fixture)).toEqual([])
  })

  test('reading is not enough', async () => {
    const { fixture } = arrange()
    const { status } = await caller(fixture, READ_SETTINGS).call('createPublicToken', where)
    expect(status).toBe(403)
  })
})

describe('deletePublicToken', () => {
  test.each(['agree', 'plan'] as const)('asks first: %s', async (how) => {
    const { there, tokens, fixture, ...ways } = arrange()
    const { public_token } = await there.publicTokens.create(place)
    const args = { ...where, public_token }
    const question = questionOf(await ways.call('deletePublicToken', args))
    expect(question).toContain(`Delete public token ${public_token} of environment ${b2b.test}`)
    expect(written(fixture)).toEqual([])
    const { data } = await ways[how]('deletePublicToken', args, b2b.test)
    expect(data).toMatchObject({ deleted: public_token })
    expect(await tokens()).toEqual([])
  })

  test('E-G08 not the one this server uses', async () => {
    const { agree, there, fixture } = arrange()
    const args = {
      project_slug: consumer.slug,
      environment_slug: consumer.test,
      public_token: LOCAL_PROJECT.publicToken,
    }
    expect((await agree('deletePublicToken', args, consumer.test)).code).toBe('forbidden')
    expect(managed(fixture)).toEqual([])
    const own = { project: consumer.slug, environment: consumer.test }
    expect(await there.publicTokens.getAll(own)).toHaveLength(1)
  })

  test('one that is not there is not found, before anybody is asked', async () => {
    const public_token = 'public-token-test-00000000-0000-4000-8000-000000000000'
    const { call } = arrange()
    expect((await call('deletePublicToken', { ...where, public_token })).code).toBe('not_found')
  })
})
