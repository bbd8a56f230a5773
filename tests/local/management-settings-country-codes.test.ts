import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const B2B = '/pwa/v3/projects/local-stytch-b2b/environments/test'
const path = (carrier: string, environment = OWN) =>
  `${environment}/allowed_country_codes/${carrier}`

describe('country codes', () => {
  for (const carrier of ['sms', 'whatsapp']) {
    test(`for ${carrier} are Canada and the United States to begin with`, async () => {
      const { manage } = workspace()
      expect((await manage('GET', path(carrier))).json.country_codes).toEqual(['CA', 'US'])
    })

    test(`for ${carrier} are replaced whole, sorted, each once`, async () => {
      const { manage } = workspace()
      const country_codes = ['US', 'MX', 'CA', 'MX']
      const wanted = ['CA', 'MX', 'US']
      const answer = await manage('POST', path(carrier), { country_codes })
      expect(answer).toMatchObject({ status: 200, json: { country_codes: wanted } })
      expect((await manage('GET', path(carrier))).json.country_codes).toEqual(wanted)
      await manage('POST', path(carrier), { country_codes: ['FR'] })
      expect((await manage('GET', path(carrier))).json.country_codes).toEqual(['FR'])
    })
  }

  test('for SMS are not those for WhatsApp, nor those of another environment', async () => {
    const { manage } = workspace()
    await manage('POST', path('sms'), { country_codes: ['DE'] })
    const others = [path('whatsapp'), path('sms', OWN.replace('/test', '/production'))]
    for (const other of others) {
      expect((await manage('GET', other)).json.country_codes).toEqual(['CA', 'US'])
    }
  })

  const wrong: [Json, string][] = [
    [{ country_codes: [] }, 'country_code_allowlist_empty'],
    [{ country_codes: null }, 'country_code_allowlist_empty'],
    [{}, 'country_code_allowlist_empty'],
    [{ country_codes: ['US', 'XX'] }, 'country_code_allowlist_invalid_country_codes'],
    [{ country_codes: ['us'] }, 'country_code_allowlist_invalid_country_codes'],
    [{ country_codes: ['USA'] }, 'country_code_allowlist_invalid_country_codes'],
    [{ country_codes: [''] }, 'country_code_allowlist_invalid_country_codes'],
    [{ country_codes: 'US' }, 'bad_request'],
    [{ country_codes: [1] }, 'bad_request'],
  ]
  for (const [body, type] of wrong) {
    test(`${JSON.stringify(body)} is refused, and changes nothing`, async () => {
      const { manage } = workspace()
      expect(await manage('POST', path('sms'), body)).toMatchObject(refused(400, type))
      expect((await manage('GET', path('sms'))).json.country_codes).toEqual(['CA', 'US'])
    })
  }

  test('for WhatsApp are a Consumer matter', async () => {
    const { manage } = workspace()
    const refusal = refused(400, 'country_code_allowlist_b2b_whatsapp_not_supported')
    expect(await manage('GET', path('whatsapp', B2B))).toMatchObject(refusal)
    const body = { country_codes: ['US'] }
    expect(await manage('POST', path('whatsapp', B2B), body)).toMatchObject(refusal)
    expect((await manage('POST', path('sms', B2B), body)).json.country_codes).toEqual(['US'])
  })

  test('travel by SMS and WhatsApp only', async () => {
    const { manage } = workspace()
    expect(await manage('GET', path('pigeon'))).toMatchObject(refused(404, 'route_not_found'))
  })

  test('know every country of ISO 3166-1', async () => {
    const { COUNTRIES } = await import('../../src/local/management/countries.ts')
    expect(COUNTRIES.size).toBe(249)
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
    for (const code of COUNTRIES)
      expect({ code, name: names.of(code) }).not.toEqual({ code, name: undefined })
  })
})
