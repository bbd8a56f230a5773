import { describe, expect, test } from 'bun:test'
import { ENVIRONMENT, manage, TEST } from '../support/managing.ts'

const PATH = `${ENVIRONMENT}/password_strength_config`
const ID = 'project-test-10ca1000-0000-4000-8000-000000000001'
const luds = {
  validation_policy: 'LUDS',
  luds_min_password_length: 12,
  luds_min_password_complexity: 3,
}

describe('the password policy', () => {
  test('is told, and changed by the hosted spelling, in part or whole', async () => {
    const { call, stytch } = manage()
    const { data } = await call('getPasswordStrengthConfig', { project_id: ID })
    expect(data.password_strength_config).toEqual({
      check_breach_on_creation: true,
      check_breach_on_authentication: true,
      validate_on_authentication: true,
      validation_policy: 'ZXCVBN',
    })
    const whole = { ...data.password_strength_config, ...luds }
    await call('setPasswordStrengthConfig', { project_id: ID, password_strength_config: whole })
    expect((await stytch('GET', PATH)).password_strength_config).toEqual(whole)

    const { summary, data: set } = await call('setPasswordStrengthConfig', {
      ...TEST,
      password_strength_config: { luds_min_password_length: 16 },
    })
    expect(summary).toBe('The password policy was changed.')
    expect(set.changes).toEqual([{ path: '/luds_min_password_length', before: 12, after: 16 }])
    expect((await stytch('GET', PATH)).password_strength_config).toEqual({
      ...whole,
      luds_min_password_length: 16,
    })
  })

  test('goes back to ZXCVBN without the numbers of LUDS', async () => {
    const { call, stytch } = manage()
    await call('setPasswordStrengthConfig', { ...TEST, password_strength_config: luds })
    const back = { validation_policy: 'ZXCVBN' }
    await call('setPasswordStrengthConfig', { ...TEST, password_strength_config: back })
    const { password_strength_config } = await stytch('GET', PATH)
    expect(password_strength_config).toMatchObject(back)
    expect(password_strength_config).not.toHaveProperty('luds_min_password_length')
  })

  test('a dry run, and a change to what is so already, write nothing', async () => {
    const { call, writes } = manage()
    const dry = { ...TEST, password_strength_config: luds, dryRun: true }
    expect((await call('setPasswordStrengthConfig', dry)).data.changes).toHaveLength(3)
    const same = { check_breach_on_creation: true }
    const { summary, data } = await call('setPasswordStrengthConfig', {
      ...TEST,
      password_strength_config: same,
    })
    expect(summary).toBe('Nothing was changed: it is so already.')
    expect(data.changes).toEqual([])
    expect(writes()).toEqual([])
  })

  const refusing = manage()
  test.each([
    ['an unknown policy', { validation_policy: 'NONE' }],
    ['an unknown member', { minimum: 4 }],
    ['LUDS without its numbers', { validation_policy: 'LUDS' }],
    ['LUDS with one of them', { validation_policy: 'LUDS', luds_min_password_length: 8 }],
    ['numbers without LUDS', { luds_min_password_length: 8 }],
    ['a password too short', { ...luds, luds_min_password_length: 7 }],
    ['a password too long', { ...luds, luds_min_password_length: 33 }],
    ['half a character', { ...luds, luds_min_password_length: 8.5 }],
    ['five kinds of characters', { ...luds, luds_min_password_complexity: 5 }],
    ['a text for a switch', { check_breach_on_creation: 'false' }],
  ])('E-G01 %s is refused', async (_, password_strength_config) => {
    const { call, writes } = refusing
    const { error } = await call('setPasswordStrengthConfig', { ...TEST, password_strength_config })
    expect(error?.code).toBe('invalid_arguments')
    expect(writes()).toEqual([])
  })
})
