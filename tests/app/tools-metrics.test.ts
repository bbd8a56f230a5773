/** The toolset `metrics`, which an operator has to choose. */
import { expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { MANAGE_DATA, READ_DATA, READ_PROJECTS } from '../../src/tools/scopes.ts'
import { createFixture } from '../support/fixture.ts'
import { caller, managed } from '../support/tool-calls.ts'

const { consumer } = SEED_PROJECTS
const env = { TOOLSETS: 'metrics' }
const where = { project_slug: consumer.slug, environment_slug: consumer.test }

test.each([READ_DATA, MANAGE_DATA])('%s lets people be counted', async (scope) => {
  const fixture = createFixture({ env })
  const { data } = await caller(fixture, scope).call('getEnvironmentMetrics', where)
  expect(data.metrics).toMatchObject({ user_count: 2, organization_count: 0 })
  expect(managed(fixture)).toHaveLength(1)
})

test('other scopes do not', async () => {
  const fixture = createFixture({ env })
  const { status } = await caller(fixture, READ_PROJECTS).call('getEnvironmentMetrics', where)
  expect(status).toBe(403)
  expect(managed(fixture)).toEqual([])
})

test('an unknown environment has no numbers', async () => {
  const { call } = caller(createFixture({ env }), READ_DATA)
  const target = { ...where, environment_slug: 'nowhere' }
  expect((await call('getEnvironmentMetrics', target)).code).toBe('not_found')
})
