import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const PATH = `${OWN}/password_strength_config`

const LUDS = {
  check_breach_on_creation: true,
  check_breach_on_authentication: false,
  validate_on_authentication: true,
  validation_policy: 'LUDS',
  luds_min_password_length: 10,
  luds_min_password_complexity: 3,
}

describe('password strength', () => {
  test('starts as Stytch has it: zxcvbn, and every check', async () => {
    const { manage } = workspace()
    expect(await manage('GET', PATH)).toMatchObject({
      status: 200,
      json: {
        status_code: 200,
        request_id: expect.stringMatching(/^request-id-test-/),
        password_strength_config: {
          check_breach_on_creation: true,
          check_breach_on_authentication: true,
          validate_on_authentication: true,
          validation_policy: 'ZXCVBN',
        },
      },
    })
  })

  test('is what it was set to', async () => {
    const { manage } = workspace()
    const set = await manage('PUT', PATH, LUDS)
    expect(set).toMatchObject({ status: 200 })
    expect(set.json.password_strength_config).toEqual(LUDS)
    expect((await manage('GET', PATH)).json.password_strength_config).toEqual(LUDS)
  })

  test('has LUDS numbers under LUDS only', async () => {
    const { manage } = workspace()
    await manage('PUT', PATH, LUDS)
    const { json } = await manage('PUT', PATH, { ...LUDS, validation_policy: 'ZXCVBN' })
    expect(json.password_strength_config).toEqual({
      check_breach_on_creation: true,
      check_breach_on_authentication: false,
      validate_on_authentication: true,
      validation_policy: 'ZXCVBN',
    })
  })

  test('left out and null are false, and unknown members are ignored', async () => {
    const { manage } = workspace()
    const body = { validation_policy: 'ZXCVBN', check_breach_on_creation: null, extra: 1 }
    expect((await manage('PUT', PATH, body)).json.password_strength_config).toEqual({
      check_breach_on_creation: false,
      check_breach_on_authentication: false,
      validate_on_authentication: false,
      validation_policy: 'ZXCVBN',
    })
  })

  for (const [length, complexity] of [
    [8, 1],
    [32, 4],
  ]) {
    test(`takes a length of ${length} and a complexity of ${complexity}`, async () => {
      const { manage } = workspace()
      const body = {
        ...LUDS,
        luds_min_password_length: length,
        luds_min_password_complexity: complexity,
      }
      expect((await manage('PUT', PATH, body)).json.password_strength_config).toEqual(body)
    })
  }

  const LENGTH = 'invalid_password_strength_luds_length'
  const COMPLEXITY = 'invalid_password_strength_luds_complexity'
  const wrong: [Json, string][] = [
    [{ luds_min_password_length: 7 }, LENGTH],
    [{ luds_min_password_length: 33 }, LENGTH],
    [{ luds_min_password_length: 8.5 }, LENGTH],
    [{ luds_min_password_length: null }, LENGTH],
    [{ luds_min_password_complexity: 0 }, COMPLEXITY],
    [{ luds_min_password_complexity: 5 }, COMPLEXITY],
    [{ luds_min_password_complexity: null }, COMPLEXITY],
    [{ validation_policy: 'ValidationPolicyLUDS' }, 'bad_request'],
    [{ validation_policy: null }, 'bad_request'],
    [{ check_breach_on_creation: 'yes' }, 'bad_request'],
  ]
  for (const [change, type] of wrong) {
    test(`${JSON.stringify(change)} is refused, and changes nothing`, async () => {
      const { manage } = workspace()
      expect(await manage('PUT', PATH, { ...LUDS, ...change })).toMatchObject(refused(400, type))
      const { json } = await manage('GET', PATH)
      expect(json.password_strength_config.validation_policy).toBe('ZXCVBN')
    })
  }
})
