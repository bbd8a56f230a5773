import { describe, expect, test } from 'bun:test'
import { B2B, ENVIRONMENT, manage, TEST } from '../support/managing.ts'

const SMS = { ...TEST, channel: 'sms' }
const PATH = `${ENVIRONMENT}/allowed_country_codes`

describe('allowed countries', () => {
  test.each(['sms', 'whatsapp'])(
    'by %s are listed, added to, taken from and replaced',
    async (channel) => {
      const { call, stytch } = manage()
      const args = { ...TEST, channel }
      const now = async () => (await stytch('GET', `${PATH}/${channel}`)).country_codes
      const { data: seen } = await call('getAllowedCountryCodes', args)
      expect(seen.country_codes).toEqual(['CA', 'US'])
      const { data } = await call('setAllowedCountryCodes', {
        ...args,
        add: ['DE', 'US'],
        remove: ['CA'],
        version: seen.version,
      })
      expect(data.country_codes).toEqual(['DE', 'US'])
      expect(await now()).toEqual(['DE', 'US'])
      expect((await call('getAllowedCountryCodes', args)).data.version).toBe(data.version)
      await call('setAllowedCountryCodes', { ...args, country_codes: ['FR', 'CH'] })
      expect(await now()).toEqual(['CH', 'FR'])
      const other = channel === 'sms' ? 'whatsapp' : 'sms'
      expect((await stytch('GET', `${PATH}/${other}`)).country_codes).toEqual(['CA', 'US'])
    },
  )

  test('a dry run, and a change to what is so already, write nothing', async () => {
    const { call, writes } = manage()
    const dry = await call('setAllowedCountryCodes', { ...SMS, add: ['DE'], dryRun: true })
    expect(dry.data.changes).toEqual([{ path: '/country_codes/1', after: 'DE' }])
    const same = await call('setAllowedCountryCodes', { ...SMS, country_codes: ['US', 'CA', 'US'] })
    expect(same.summary).toBe('Nothing was changed: it is so already.')
    expect(writes()).toEqual([])
  })

  const refusing = manage()
  test.each<[string, object]>([
    ['nothing', {}],
    ['a whole list and an addition', { country_codes: ['US'], add: ['DE'] }],
    ['the same country twice over', { add: ['DE'], remove: ['DE'] }],
    ['no country at all', { country_codes: [] }],
    ['no country left', { remove: ['US', 'CA'] }],
    ['small letters', { add: ['de'] }],
    ['a name', { add: ['Germany'] }],
    ['a country that is none', { add: ['ZZ'] }],
    ['a way that is none', { channel: 'voice', add: ['DE'] }],
  ])('E-G01 %s is refused', async (_, change) => {
    const { call, stytch } = refusing
    const { error } = await call('setAllowedCountryCodes', { ...SMS, ...change })
    expect(error?.code).toBe('invalid_arguments')
    expect((await stytch('GET', `${PATH}/sms`)).country_codes).toEqual(['CA', 'US'])
  })

  test('WhatsApp is not there for B2B projects', async () => {
    const { error } = await manage().call('getAllowedCountryCodes', { ...B2B, channel: 'whatsapp' })
    expect(error?.code).toBe('invalid_arguments')
  })

  test('a version that is not current is refused, and so is a change in the last moment', async () => {
    let looks = 0
    const { call, stytch, writes } = manage({
      async upstream(request, next) {
        if (request.method === 'GET' && request.url.endsWith('/sms') && ++looks === 4) {
          await stytch('POST', `${PATH}/sms`, { country_codes: ['JP'] })
        }
        return next(request)
      },
    })
    const { version } = (await call('getAllowedCountryCodes', SMS)).data
    await stytch('POST', `${PATH}/sms`, { country_codes: ['FR'] })
    const late = await call('setAllowedCountryCodes', { ...SMS, add: ['DE'], version })
    expect(late.error?.code).toBe('changed')
    const overtaken = await call('setAllowedCountryCodes', { ...SMS, add: ['DE'] })
    expect(overtaken.error?.code).toBe('changed')
    expect(writes()).toEqual([])
    expect((await stytch('GET', `${PATH}/sms`)).country_codes).toEqual(['JP'])
  })
})
