import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { OWN, refused, workspace } from './workspace.ts'

const B2B_ENVIRONMENT = '/pwa/v3/projects/local-stytch-b2b/environments/test'
const CONSUMER = `${OWN}/sdk/consumer`
const B2B = `${B2B_ENVIRONMENT}/sdk/b2b`

const consumer = {
  basic: { enabled: true, domains: ['https://example.com'], bundle_ids: ['com.example.app'] },
  sessions: { max_session_duration_minutes: 120 },
  magic_links: { login_or_create_enabled: true, send_enabled: true, pkce_required: true },
  otps: {
    sms_login_or_create_enabled: true,
    whatsapp_login_or_create_enabled: true,
    email_login_or_create_enabled: true,
    sms_send_enabled: true,
    whatsapp_send_enabled: true,
    email_send_enabled: true,
    sms_autofill_metadata: [
      { metadata_type: 'domain', metadata_value: 'example.com', bundle_id: 'com.example.app' },
    ],
  },
  oauth: { enabled: true, pkce_required: true },
  totps: { enabled: true, create_totps: true },
  webauthn: { enabled: true, create_webauthns: true },
  crypto_wallets: { enabled: true, siwe_required: true },
  dfppa: { enabled: 'PASSIVE', on_challenge: 'TRIGGER_CAPTCHA' },
  biometrics: { enabled: true, create_biometrics_enabled: true },
  passwords: { enabled: true, pkce_required_for_password_resets: true },
  cookies: { http_only: 'ENFORCED' },
  user_impersonation: { enabled: true },
}

const b2b = {
  basic: {
    enabled: true,
    allow_self_onboarding: true,
    enable_member_permissions: true,
    domains: [{ domain: 'https://example.com', slug_pattern: 'https://{{slug}}.example.com' }],
    bundle_ids: ['com.example.app'],
  },
  sessions: { max_session_duration_minutes: 180 },
  magic_links: { enabled: true, pkce_required: true },
  oauth: { enabled: true, pkce_required: true },
  totps: { enabled: true, create_totps: true },
  sso: { enabled: true, pkce_required: true },
  otps: {
    sms_enabled: true,
    email_enabled: true,
    sms_autofill_metadata: [
      { metadata_type: 'hash', metadata_value: 'abc123', bundle_id: 'com.example.app' },
    ],
  },
  dfppa: { enabled: 'ENABLED', on_challenge: 'BLOCK' },
  passwords: { enabled: true, pkce_required_for_password_resets: true },
  cookies: { http_only: 'ENABLED' },
  user_impersonation: { enabled: true },
}

const kinds = [
  ['consumer', CONSUMER, consumer],
  ['B2B', B2B, b2b],
] as const

for (const [kind, path, full] of kinds) {
  describe(`the SDK of a ${kind} project`, () => {
    test('is off to begin with, in every section', async () => {
      const { manage } = workspace()
      const { config } = (await manage('GET', path)).json
      expect(Object.keys(config)).toEqual(Object.keys(full))
      expect(config).toMatchObject({
        basic: { enabled: false, domains: [], bundle_ids: [] },
        dfppa: { enabled: 'DISABLED', on_challenge: 'ALLOW' },
        cookies: { http_only: 'DISABLED' },
        oauth: { enabled: false, pkce_required: false },
      })
      for (const [name, section] of Object.entries(full)) {
        expect(Object.keys(config[name]).sort()).toEqual(Object.keys(section).sort())
      }
    })

    test('is what it was set to', async () => {
      const { manage } = workspace()
      const set = await manage('PUT', path, { config: full })
      expect(set.status).toBe(200)
      expect(set.json.config).toEqual(full)
      expect((await manage('GET', path)).json.config).toEqual(full)
    })

    test('is replaced whole: what is left out is off again', async () => {
      const { manage } = workspace()
      const before = (await manage('GET', path)).json.config
      await manage('PUT', path, { config: full })
      const { json } = await manage('PUT', path, {
        config: { basic: { enabled: true }, totps: null, oauth: { enabled: true } },
      })
      const wanted = {
        ...before,
        basic: { ...before.basic, enabled: true },
        oauth: { enabled: true, pkce_required: false },
      }
      expect(json.config).toEqual(wanted)
      expect((await manage('GET', path)).json.config).toEqual(wanted)
    })

    const wrong: [Json, string][] = [
      [{ sessions: { max_session_duration_minutes: 4 } }, 'invalid_session_duration_minutes'],
      [{ sessions: { max_session_duration_minutes: 527_041 } }, 'invalid_session_duration_minutes'],
      [{ sessions: { max_session_duration_minutes: 5.5 } }, 'bad_request'],
      [{ dfppa: { enabled: 'ON' } }, 'bad_request'],
      [{ dfppa: { enabled: true } }, 'bad_request'],
      [{ dfppa: { on_challenge: 'CAPTCHA' } }, 'bad_request'],
      [{ cookies: { http_only: 'enforced' } }, 'bad_request'],
      [{ oauth: { enabled: 'true' } }, 'bad_request'],
      [{ oauth: [] }, 'bad_request'],
      [{ otps: { sms_autofill_metadata: [{ metadata_type: 'url' }] } }, 'bad_request'],
      [
        {
          otps: {
            sms_autofill_metadata: [{ ...b2b.otps.sms_autofill_metadata[0], bundle_id: '' }],
          },
        },
        'bad_request',
      ],
    ]
    for (const [change, type] of wrong) {
      test(`${JSON.stringify(change)} is refused, and changes nothing`, async () => {
        const { manage } = workspace()
        await manage('PUT', path, { config: full })
        const answer = await manage('PUT', path, { config: { ...full, ...change } })
        expect(answer).toMatchObject(refused(400, type))
        expect((await manage('GET', path)).json.config).toEqual(full)
      })
    }

    test('is not set without a config', async () => {
      const { manage } = workspace()
      for (const body of [{}, full, { config: null }]) {
        expect(await manage('PUT', path, body)).toMatchObject(refused(400, 'bad_request'))
      }
    })
  })
}

describe('domains of the SDK', () => {
  const origins: [string, boolean][] = [
    ['https://example.com', true],
    ['https://example.com:8443', true],
    ['http://localhost:3000', true],
    ['https://*.example.com', true],
    ['example.com', false],
    ['https://example.com/', false],
    ['https://example.com/login', false],
    ['https://a.*.example.com', false],
    ['https://user@example.com', false],
    ['ftp://example.com', false],
    ['', false],
  ]
  for (const [domain, taken] of origins) {
    test(`${domain || 'an empty one'} ${taken ? 'is' : 'is not'} one`, async () => {
      const { manage } = workspace()
      const forms = [
        [CONSUMER, [domain]],
        [B2B, [{ domain }]],
      ] as const
      for (const [path, domains] of forms) {
        const answer = await manage('PUT', path, { config: { basic: { domains } } })
        expect(answer).toMatchObject(taken ? { status: 200 } : refused(400, 'invalid_domain'))
      }
    })
  }

  const patterns: [string, boolean][] = [
    ['https://{{slug}}.example.com', true],
    ['https://app-{{slug}}.example.com', true],
    ['', true],
    ['https://app.example.com', false],
    ['https://{{ slug }}.example.com', false],
    ['{{slug}}.example.com', false],
    ['https://example.com/{{slug}}', false],
  ]
  for (const [slug_pattern, taken] of patterns) {
    test(`${slug_pattern || 'an empty pattern'} ${taken ? 'is' : 'is not'} a pattern`, async () => {
      const { manage } = workspace()
      const domains = [{ domain: 'https://example.com', slug_pattern }]
      const answer = await manage('PUT', B2B, { config: { basic: { domains } } })
      expect(answer).toMatchObject(taken ? { status: 200 } : refused(400, 'invalid_domain'))
    })
  }
})

test('each vertical has its own SDK document', async () => {
  const { manage } = workspace()
  const wrong = [
    [`${OWN}/sdk/b2b`, 'invalid_b2b_endpoint'],
    [`${B2B_ENVIRONMENT}/sdk/consumer`, 'invalid_consumer_endpoint'],
  ] as const
  for (const [path, type] of wrong) {
    expect(await manage('GET', path)).toMatchObject(refused(400, type))
    expect(await manage('PUT', path, { config: {} })).toMatchObject(refused(400, type))
  }
})
