import { describe, expect, test } from 'bun:test'
import { SEED_USERS } from '../../src/local/index.ts'
import { ENVIRONMENT, LIVE, type Loose, type Managing, manage, TEST } from '../support/managing.ts'

const PATH = `${ENVIRONMENT}/event_log_streaming`
const KEY = 'ab'.repeat(16)
const PASSWORD = 'a password, typed and never told'
const DATADOG = { ...TEST, destination_type: 'DATADOG' }
const LOKI = { ...TEST, destination_type: 'GRAFANA_LOKI' }
const loki = { ...LOKI, hostname: 'Logs.Example.com', username: '12345' }

/** Asks for the page's content, or submits to it, as its script does. */
async function page(
  { fixture, session }: Managing,
  url: string,
  message: object,
  mint: object = {},
): Promise<{ status: number; body: Loose }> {
  const response = await fixture.send(new URL(url).pathname, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await session({ ...mint })}`,
      'Content-Type': 'application/json',
      Origin: fixture.config.publicUrl,
      'Sec-Fetch-Site': 'same-origin',
    },
    body: JSON.stringify(message),
  })
  return { status: response.status, body: await response.json() }
}

const typed = (credential: string) => ({ action: 'submit', values: { credential } })

/** A destination, set up by tool and page. */
async function setUp(managing: Managing, args: object, credential: string): Promise<string> {
  const { data } = await managing.call('createEventLogStreaming', { ...args })
  const { body } = await page(managing, data.page_url, typed(credential))
  expect(body).toMatchObject({ ok: true })
  return data.page_url
}

describe('event log streaming', () => {
  test('D4.04 the credential goes from the page to Stytch, and nowhere else', async () => {
    const managing = manage()
    const { call, stytch, fixture, writes } = managing
    const asked = await call('createEventLogStreaming', { ...DATADOG, site: 'EU' })
    expect(asked.summary).toContain('Nothing was changed yet')
    expect(writes()).toEqual([])
    const { page_url, expires_at } = asked.data
    expect(Date.parse(expires_at) - managing.clock.now()).toBe(600_000)

    const { body: described } = await page(managing, page_url, { action: 'describe' })
    expect(described).toMatchObject({
      kind: 'collect',
      title:
        'Datadog API key (site EU) for the event log of environment test of project local-stytch',
      fields: [{ name: 'credential', label: 'API key' }],
    })
    const { body } = await page(managing, page_url, typed(KEY))
    expect(body).toEqual({
      ok: true,
      sentence: 'The destination is set. Nothing is sent there until streaming is enabled.',
    })
    expect((await stytch('GET', `${PATH}/DATADOG`)).event_log_streaming_config).toEqual({
      destination_type: 'DATADOG',
      destination_config: { datadog: { api_key_last_four: 'abab', site: 'EU' } },
      streaming_status: 'DISABLED',
    })
    expect(fixture.secrets).toContain(KEY)
    expect((await page(managing, page_url, typed(KEY))).status).toBe(404)

    const { data } = await call('getEventLogStreaming', DATADOG)
    expect(data.event_log_streaming_config.destination_config.datadog).toEqual({
      api_key_last_four: 'abab',
      site: 'EU',
    })
    for (const kept of [...fixture.lines, ...fixture.trail.lines]) expect(kept).not.toContain(KEY)
  })

  test('what the page did is in the audit trail, under the call that asked', async () => {
    const managing = manage()
    await setUp(managing, loki, PASSWORD)
    const records = managing.fixture.trail.lines.map((line) => JSON.parse(line))
    const mine = records.filter(({ tool }) => tool === 'createEventLogStreaming')
    expect(mine).toHaveLength(2)
    const [asked, done] = mine
    expect(done.correlation_id).toBe(asked.correlation_id)
    expect([asked.sub, done.sub]).toEqual([SEED_USERS.ada.userId, SEED_USERS.ada.userId])
    expect(done.outcome).toBe('ok')
    expect(done.upstream.length).toBeGreaterThan(0)
    expect(JSON.stringify(records)).not.toContain(PASSWORD)
  })

  test('a changed destination keeps what was left out, and needs the credential anew', async () => {
    const managing = manage()
    const { call, stytch } = managing
    await setUp(managing, loki, PASSWORD)
    const { data, summary } = await call('updateEventLogStreaming', { ...LOKI, username: '67890' })
    expect(summary).toContain('Nothing was changed yet')
    expect(data.changes).toEqual([
      { path: '/grafana_loki/username', before: '12345', after: '67890' },
    ])
    const { body } = await page(managing, data.page_url, typed('another password'))
    expect(body).toEqual({ ok: true, sentence: 'The destination was changed.' })
    const { event_log_streaming_config: now } = await stytch('GET', `${PATH}/GRAFANA_LOKI`)
    expect(now.destination_config.grafana_loki).toEqual({
      hostname: 'logs.example.com',
      username: '67890',
      password_last_four: 'word',
    })
  })

  test('is switched on and off, and deleted by a person', async () => {
    const managing = manage()
    const { call, agree, stytch } = managing
    await setUp(managing, { ...DATADOG, site: 'US' }, KEY)
    const dry = await call('enableEventLogStreaming', { ...DATADOG, dryRun: true })
    expect(dry.data.changes).toEqual([
      { path: '/streaming_status', before: 'DISABLED', after: 'ACTIVE' },
    ])
    const status = async () =>
      (await stytch('GET', `${PATH}/DATADOG`)).event_log_streaming_config?.streaming_status
    expect(await status()).toBe('DISABLED')
    const on = await call('enableEventLogStreaming', DATADOG)
    expect([on.summary, await status()]).toEqual(['Streaming is enabled.', 'ACTIVE'])
    const off = await call('disableEventLogStreaming', DATADOG)
    expect([off.summary, await status()]).toEqual(['Streaming is disabled.', 'DISABLED'])
    const { question, data } = await agree('deleteEventLogStreaming', DATADOG, 'test')
    expect(question).toContain('to DATADOG')
    expect(data).toMatchObject({ deleted: 'DATADOG' })
    expect(await status()).toBeUndefined()
    expect((await call('enableEventLogStreaming', DATADOG)).error?.code).toBe('not_found')
  })

  test.each<[string, string, object]>([
    [
      'a credential as argument (E-G21)',
      'createEventLogStreaming',
      { ...DATADOG, site: 'EU', api_key: KEY },
    ],
    ['no site', 'createEventLogStreaming', DATADOG],
    ['a site that is none', 'createEventLogStreaming', { ...DATADOG, site: 'MARS' }],
    [
      'a host for Datadog',
      'createEventLogStreaming',
      { ...DATADOG, site: 'EU', hostname: 'x.example.com' },
    ],
    ['a site for Loki', 'createEventLogStreaming', { ...loki, site: 'EU' }],
    ['no user', 'createEventLogStreaming', { ...LOKI, hostname: 'logs.example.com' }],
    ['a user of two lines', 'createEventLogStreaming', { ...loki, username: 'a\r\nb' }],
    ['a destination that is none', 'getEventLogStreaming', { ...TEST, destination_type: '..' }],
    ...[
      'localhost',
      'loki.internal',
      'printer.local',
      'intranet',
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '10.0.0.1',
      '[::1]',
      '169.254.169.254',
      'https://logs.example.com',
      'logs.example.com:22',
      'logs.example.com/push',
      'user@logs.example.com',
      'logs.example.com.',
    ].map((hostname): [string, string, object] => [
      `host ${hostname} (E-G20)`,
      'createEventLogStreaming',
      { ...loki, hostname },
    ]),
  ])('%s is refused', async (_, tool, args) => {
    const { call, fixture, writes } = refusing
    const { error } = await call(tool, { ...args })
    expect(error?.code).toBe('invalid_arguments')
    expect(writes()).toEqual([])
    for (const kept of [error?.message, ...fixture.lines, ...fixture.trail.lines]) {
      expect(kept).not.toContain(KEY)
    }
  })

  test('a second destination of a type, and a change to none, are refused without a link', async () => {
    const managing = manage()
    const update = await managing.call('updateEventLogStreaming', { ...DATADOG, site: 'EU' })
    expect(update.error?.code).toBe('not_found')
    await setUp(managing, { ...DATADOG, site: 'EU' }, KEY)
    const again = await managing.call('createEventLogStreaming', { ...DATADOG, site: 'US' })
    expect(again.error?.code).toBe('conflict')
  })

  test('a key Stytch does not accept can be typed again, and is not said back', async () => {
    const managing = manage()
    const { data } = await managing.call('createEventLogStreaming', { ...DATADOG, site: 'EU' })
    const wrong = await page(managing, data.page_url, typed('not-a-key'))
    expect(wrong.body).toMatchObject({ ok: false, attemptsLeft: 4 })
    expect(wrong.body.sentence).toContain('Check what you typed')
    expect(wrong.body.sentence).not.toContain('not-a-key')
    expect((await page(managing, data.page_url, typed(KEY))).body.ok).toBe(true)
  })

  test('D2.02 who is no administrator any more sets nothing', async () => {
    const managing = manage()
    const { call, fixture, writes } = managing
    const { data } = await call('createEventLogStreaming', { ...DATADOG, site: 'EU' })
    await fixture.knob('users', { user_id: SEED_USERS.ada.userId, roles: ['stytch_user'] })
    const { body } = await page(managing, data.page_url, typed(KEY))
    expect(body).toMatchObject({ ok: false })
    expect(body.sentence).toContain('may not manage')
    expect(writes()).toEqual([])
  })

  test('what was changed since the link was made is not overwritten', async () => {
    const managing = manage()
    const { call, stytch, writes } = managing
    const { data } = await call('createEventLogStreaming', { ...DATADOG, site: 'EU' })
    await stytch('POST', PATH, {
      destination_type: 'DATADOG',
      destination_config: { datadog: { api_key: 'cd'.repeat(16), site: 'US5' } },
    })
    const { body } = await page(managing, data.page_url, typed(KEY))
    expect(body).toMatchObject({ ok: false })
    expect(body.sentence).toContain('Ask for a new link')
    expect(writes()).toEqual([])
  })

  test('somebody else’s link is as unknown as none', async () => {
    const managing = manage()
    const { data } = await managing.call('createEventLogStreaming', { ...DATADOG, site: 'EU' })
    const bob = { user: 'bob@example.com' }
    expect((await page(managing, data.page_url, typed(KEY), bob)).status).toBe(404)
    expect(managing.writes()).toEqual([])
  })

  test('a link of an outage may not be used twice: nobody knows what came of it', async () => {
    const managing = manage({
      async upstream(request, next) {
        const answer = await next(request)
        if (request.method === 'POST' && request.url.endsWith('/event_log_streaming')) {
          return new Response('<html>', { status: 502 })
        }
        return answer
      },
    })
    const { data } = await managing.call('createEventLogStreaming', { ...DATADOG, site: 'EU' })
    expect((await page(managing, data.page_url, typed(KEY))).status).toBe(500)
    expect((await page(managing, data.page_url, typed(KEY))).status).toBe(404)
    expect(managing.writes()).toHaveLength(1)
    const last = JSON.parse(managing.fixture.trail.lines.at(-1) as string)
    expect(last).toMatchObject({ tool: 'createEventLogStreaming', outcome: 'unknown' })
  })

  test('E-G10 a live environment gets no link without ALLOW_LIVE', async () => {
    const { call, fixture } = manage({ env: { ALLOW_LIVE: 'false' } })
    const args = { ...LIVE, destination_type: 'DATADOG', site: 'EU' }
    expect((await call('createEventLogStreaming', args)).error?.code).toBe('forbidden')
    expect(fixture.egress.filter((line) => line.includes('event_log_streaming'))).toEqual([])
  })
})

const refusing = manage()
