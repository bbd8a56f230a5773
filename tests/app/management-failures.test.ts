/** What a model is told when Stytch does not do as it should. Checklist D2.09, D5.09, E-G26, E-G27. */
import { describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import { TooLarge } from '../../src/mcp/untrusted.ts'
import { type FailureDetails, type FailureKind, StytchError } from '../../src/stytch/failure.ts'
import { told } from '../../src/tools/management/failure.ts'
import { MANAGE_SETTINGS } from '../../src/tools/scopes.ts'
import { createFixture } from '../support/fixture.ts'
import { caller, written } from '../support/tool-calls.ts'

const { b2b } = SEED_PROJECTS
const where = { project_slug: b2b.slug, environment_slug: b2b.test }

describe('told', () => {
  const fail = (kind: FailureKind, details: Partial<FailureDetails> = {}) =>
    told(() =>
      Promise.reject(new StytchError(kind, { operation: 'secrets.get', ...details })),
    ).then(
      () => undefined,
      ({ code, message }) => ({ code, message }),
    )

  test.each<[FailureKind, string, RegExp]>([
    ['not_found', 'not_found', /List what there is/],
    ['invalid', 'invalid_arguments', /Compare them/],
    ['conflict', 'conflict', /Look at what exists/],
    ['unauthorised', 'upstream_error', /Signing in again does not help/],
    ['forbidden', 'upstream_error', /Signing in again does not help/],
    ['rate_limited', 'upstream_rate_limited', /Wait/],
    ['unavailable', 'upstream_unavailable', /Try again in a minute/],
    ['timeout', 'upstream_unavailable', /Try again in a minute/],
    ['outcome_unknown', 'outcome_unknown', /Look at what is there now/],
    ['unexpected', 'upstream_error', /cannot trust/],
  ])('%s is %s, and says what to do', async (kind, code, next) => {
    expect(await fail(kind)).toEqual({ code, message: expect.stringMatching(next) })
  })

  test('which argument was at fault, and how long to wait', async () => {
    const field = await fail('invalid', { field: 'secret_id' })
    expect(field?.message).toEndWith('The argument at fault: secret_id.')
    const wait = await fail('rate_limited', { retryAfter: 12 })
    expect(wait?.message).toEndWith('Wait 12 seconds.')
  })

  test('a change whose answer cannot be trusted may have been made', async () => {
    expect((await fail('unexpected', { write: true }))?.code).toBe('outcome_unknown')
  })

  test('an answer too large for one result', async () => {
    const error = await told(() => Promise.reject(new TooLarge(1))).catch((reason) => reason)
    expect(error.code).toBe('too_large')
  })

  test('anything else is not Stytch’s, and passes', async () => {
    const other = new RangeError('other')
    expect(await told(() => Promise.reject(other)).catch((reason) => reason)).toBe(other)
  })
})

describe('a tool', () => {
  test.each<[string, object, string, string]>([
    [
      'E-G27 our key is refused',
      { kind: 'status', status: 401 },
      'upstream_error',
      'upstream_error',
    ],
    ['our key may not', { kind: 'status', status: 403 }, 'upstream_error', 'upstream_error'],
    ['Stytch fails', { kind: 'status', status: 500 }, 'upstream_unavailable', 'outcome_unknown'],
    ['E-G26 a page', { kind: 'garbage' }, 'upstream_error', 'outcome_unknown'],
    ['nothing whole', { kind: 'drop' }, 'upstream_unavailable', 'outcome_unknown'],
    [
      'somewhere else',
      { kind: 'redirect', location: 'https://evil.test/' },
      'upstream_error',
      'outcome_unknown',
    ],
  ])('%s: a tool error, whether it looks or changes', async (_, fault, looking, changing) => {
    const fixture = createFixture({ pause: async () => {} })
    await fixture.knob('faults', { faults: [{ at: 'management', ...fault }] })
    const { call } = caller(fixture, MANAGE_SETTINGS)
    const looked = await call('getAllPublicTokens', where)
    const changed = await call('createPublicToken', where)
    expect([looked.status, looked.code]).toEqual([200, looking])
    expect([changed.status, changed.code]).toEqual([200, changing])
    // A change is never tried twice.
    expect(written(fixture)).toHaveLength(1)
    for (const { text } of [looked, changed]) expect(text).not.toMatch(/evil|<html|stytch\.com/i)
  })

  test('E-G26 an answer about another object is not believed', async () => {
    const fixture = createFixture()
    const url = 'https://app.example.com/callback'
    const body = { redirect_url: { url: 'https://other.example.com/' } }
    const { call } = caller(fixture, MANAGE_SETTINGS)
    await call('createRedirectURL', { ...where, url, valid_types: [{ type: 'LOGIN' }] })
    await fixture.knob('faults', { faults: [{ at: 'management', kind: 'lie', body }] })
    const { code, text } = await call('getRedirectURL', { ...where, url })
    expect(code).toBe('upstream_error')
    expect(text).not.toContain('other')
  })
})
