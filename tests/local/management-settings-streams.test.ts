import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const PATH = `${OWN}/event_log_streaming`
const API_KEY = '0123456789abcdef0123456789abcdef'
const PASSWORD = 'loki-password-1234'

const datadog = { api_key: API_KEY, site: 'US5' }
const loki = { hostname: 'logs.example.com', username: 'stytch', password: PASSWORD }
const DATADOG = { destination_type: 'DATADOG', destination_config: { datadog } }
const LOKI = { destination_type: 'GRAFANA_LOKI', destination_config: { grafana_loki: loki } }

/** A stream as it is shown from the second time on. */
const MASKED = {
  DATADOG: { datadog: { api_key_last_four: 'cdef', site: 'US5' } },
  GRAFANA_LOKI: {
    grafana_loki: {
      hostname: 'logs.example.com',
      username: 'stytch',
      password_last_four: '1234',
    },
  },
}

for (const created of [DATADOG, LOKI]) {
  const type = created.destination_type as keyof typeof MASKED

  describe(`streaming to ${type}`, () => {
    test('comes disabled, with its credentials said once', async () => {
      const { manage } = workspace()
      const answer = await manage('POST', PATH, created)
      expect(answer.status).toBe(200)
      expect(answer.json.event_log_streaming_config).toEqual({
        ...created,
        streaming_status: 'DISABLED',
      })
      const shown = await manage('GET', `${PATH}/${type}`)
      expect(shown.json.event_log_streaming_config).toEqual({
        destination_type: type,
        destination_config: MASKED[type],
        streaming_status: 'DISABLED',
      })
      for (const secret of [API_KEY, PASSWORD]) {
        expect(JSON.stringify(shown.json)).not.toContain(secret)
      }
    })

    test('tells of the credential it was given, on creation and on update', async () => {
      const { manage, handedOut } = workspace()
      const secret = type === 'DATADOG' ? API_KEY : PASSWORD
      await manage('POST', PATH, created)
      expect(handedOut).toEqual([secret])
      await manage('PUT', `${PATH}/${type}`, created)
      expect(handedOut).toEqual([secret, secret])
    })

    test('is switched on and off, again and again', async () => {
      const { manage } = workspace()
      await manage('POST', PATH, created)
      const status = async () =>
        (await manage('GET', `${PATH}/${type}`)).json.event_log_streaming_config.streaming_status
      for (const [verb, wanted] of [
        ['enable', 'ACTIVE'],
        ['enable', 'ACTIVE'],
        ['disable', 'DISABLED'],
        ['disable', 'DISABLED'],
        ['enable', 'ACTIVE'],
      ] as const) {
        expect((await manage('POST', `${PATH}/${type}/${verb}`)).status).toBe(200)
        expect(await status()).toBe(wanted)
      }
    })

    test('is updated whole, and stays on', async () => {
      const { manage } = workspace()
      await manage('POST', PATH, created)
      await manage('POST', `${PATH}/${type}/enable`)
      const destination_config =
        type === 'DATADOG'
          ? { datadog: { api_key: 'f'.repeat(32), site: 'EU' } }
          : { grafana_loki: { hostname: 'eu.example.com', username: 'b', password: '12345' } }
      const answer = await manage('PUT', `${PATH}/${type}`, { destination_config })
      expect(answer.json.event_log_streaming_config).toEqual({
        destination_type: type,
        destination_config,
        streaming_status: 'ACTIVE',
      })
      const { json } = await manage('GET', `${PATH}/${type}`)
      expect(json.event_log_streaming_config).toMatchObject({
        destination_config:
          type === 'DATADOG'
            ? { datadog: { api_key_last_four: 'ffff', site: 'EU' } }
            : { grafana_loki: { hostname: 'eu.example.com', password_last_four: '2345' } },
        streaming_status: 'ACTIVE',
      })
    })

    test('is deleted, and may then be set up anew', async () => {
      const { manage } = workspace()
      await manage('POST', PATH, created)
      expect((await manage('DELETE', `${PATH}/${type}`)).status).toBe(200)
      expect(await manage('GET', `${PATH}/${type}`)).toMatchObject(
        refused(404, 'event_log_streaming_not_found'),
      )
      expect((await manage('POST', PATH, created)).status).toBe(200)
    })

    test('does not exist before it is created', async () => {
      const { manage } = workspace()
      const one = `${PATH}/${type}`
      const answers = [
        await manage('GET', one),
        await manage('PUT', one, created),
        await manage('DELETE', one),
        await manage('POST', `${one}/enable`),
        await manage('POST', `${one}/disable`),
      ]
      for (const answer of answers) {
        expect(answer).toMatchObject(refused(404, 'event_log_streaming_not_found'))
      }
    })
  })
}

describe('streaming', () => {
  test('goes to one destination at most', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, DATADOG)
    for (const second of [DATADOG, LOKI]) {
      expect(await manage('POST', PATH, second)).toMatchObject(
        refused(400, 'event_log_streaming_too_many_destinations'),
      )
    }
    expect(await manage('PUT', `${PATH}/GRAFANA_LOKI`, LOKI)).toMatchObject(
      refused(404, 'event_log_streaming_not_found'),
    )
  })

  test('of one environment is none of another’s business', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, DATADOG)
    const other = PATH.replace('/test/', '/production/')
    expect((await manage('GET', `${other}/DATADOG`)).status).toBe(404)
    expect((await manage('POST', other, DATADOG)).status).toBe(200)
  })

  const BAD_DATADOG = 'event_log_streaming_bad_datadog_config'
  const BAD_LOKI = 'event_log_streaming_bad_grafana_loki_config'
  const wrong: [string, Json, string][] = [
    [
      'no type',
      { ...DATADOG, destination_type: undefined },
      'event_log_streaming_invalid_destination_type',
    ],
    [
      'another type',
      { ...DATADOG, destination_type: 'SPLUNK' },
      'event_log_streaming_invalid_destination_type',
    ],
    ['no configuration', { destination_type: 'DATADOG' }, 'invalid_argument'],
    ['an empty one', { destination_type: 'DATADOG', destination_config: {} }, 'invalid_argument'],
    ['another type’s', { ...LOKI, destination_type: 'DATADOG' }, 'invalid_argument'],
    ['both', { ...LOKI, destination_config: { datadog, grafana_loki: loki } }, 'invalid_argument'],
    ...[
      { site: 'US1' },
      { site: '' },
      { api_key: '' },
      { api_key: 'g'.repeat(32) },
      { api_key: 'a'.repeat(31) },
      { api_key: 'A'.repeat(32) },
    ].map((change): [string, Json, string] => [
      JSON.stringify(change),
      { ...DATADOG, destination_config: { datadog: { ...datadog, ...change } } },
      BAD_DATADOG,
    ]),
    ...[
      { hostname: '' },
      { hostname: 'https://logs.example.com' },
      { hostname: 'logs.example.com/path' },
      { hostname: '-a.example.com' },
      { username: '' },
      { password: '' },
      { password: '1234' },
    ].map((change): [string, Json, string] => [
      JSON.stringify(change),
      { ...LOKI, destination_config: { grafana_loki: { ...loki, ...change } } },
      BAD_LOKI,
    ]),
  ]
  for (const [what, body, type] of wrong) {
    test(`with ${what} is refused on creation`, async () => {
      const { manage } = workspace()
      const answer = await manage('POST', PATH, body)
      expect(answer).toMatchObject(refused(400, type))
      for (const destination of ['DATADOG', 'GRAFANA_LOKI']) {
        expect((await manage('GET', `${PATH}/${destination}`)).status).toBe(404)
      }
    })
  }

  test('is refused on update as on creation, and stays as it was', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, DATADOG)
    const bodies: [Json, string][] = [
      [{}, 'invalid_argument'],
      [{ destination_config: { grafana_loki: loki } }, 'invalid_argument'],
      [{ destination_config: { datadog: { site: 'EU' } } }, BAD_DATADOG],
    ]
    for (const [body, type] of bodies) {
      expect(await manage('PUT', `${PATH}/DATADOG`, body)).toMatchObject(refused(400, type))
    }
    const { json } = await manage('GET', `${PATH}/DATADOG`)
    expect(json.event_log_streaming_config.destination_config).toEqual(MASKED.DATADOG)
  })

  test('tells of credentials also when it refuses them, and repeats none', async () => {
    const { manage, handedOut } = workspace()
    const destination_config = { datadog, grafana_loki: loki }
    const bodies = [
      { destination_type: 'SPLUNK', destination_config },
      { destination_type: 'DATADOG', destination_config },
    ]
    for (const body of bodies) {
      const { json } = await manage('POST', PATH, body)
      expect(JSON.stringify(json)).not.toContain(API_KEY)
      expect(JSON.stringify(json)).not.toContain(PASSWORD)
    }
    expect(handedOut).toEqual([API_KEY, PASSWORD, API_KEY, PASSWORD])
  })

  test('knows two types in paths', async () => {
    const { manage } = workspace()
    for (const type of ['datadog', 'SPLUNK']) {
      expect(await manage('GET', `${PATH}/${type}`)).toMatchObject(
        refused(400, 'event_log_streaming_invalid_destination_type'),
      )
    }
  })
})
