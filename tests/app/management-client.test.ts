import { describe, expect, test } from 'bun:test'
import { createLocalStytch, SEED_PROJECTS, SEED_USERS } from '../../src/local/index.ts'
import type { Attempt } from '../../src/stytch/http.ts'
import { createManagement, ManagementError } from '../../src/stytch/management.ts'
import { LEGACY_OPERATIONS, OPERATIONS } from '../../src/stytch/operations.ts'
import { createPeople } from '../../src/stytch/people.ts'

/** The clients in front of Local Stytch, in one process. */
function arrange() {
  const secrets: string[] = []
  const local = createLocalStytch({ onSecret: (value) => secrets.push(value) })
  const attempts: Attempt[] = []
  const fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const response = await local.fetch(request)
    request.signal.throwIfAborted()
    return response
  }) as typeof globalThis.fetch
  const options = {
    baseUrl: local.url,
    fetch,
    pause: async () => {},
    onAnswer: (attempt: Attempt) => void attempts.push(attempt),
  }
  const management = createManagement({
    ...options,
    keyId: local.workspaceKeyId,
    keySecret: local.workspaceKeySecret,
  })
  const people = (secret = local.secret) =>
    createPeople({ ...options, projectId: local.projectId, secret })
  const knob = async (path: string, body: object) => {
    const url = `${local.url}/local/${path}`
    const headers = { 'Content-Type': 'application/json' }
    const answer = await local.fetch(
      new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }),
    )
    expect(answer.status).toBe(200)
  }
  return { local, management, people, options, attempts, secrets, knob }
}

async function kindOf(asking: Promise<unknown>): Promise<unknown> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof ManagementError ? error.kind : error
}

const PEM = `-----BEGIN PUBLIC KEY-----\n${'QUJD'.repeat(16)}\n-----END PUBLIC KEY-----`
const MAIL = 'https://example.com/{{magic_link_url}}'

describe('the management client and Local Stytch', () => {
  test('agree on all 60 operations, and on the map', async () => {
    const { management: m, attempts, local, secrets } = arrange()

    const project = await m.projects.create({
      name: 'Walk',
      vertical: 'CONSUMER',
      project_slug: 'walk',
    })
    expect(project).toMatchObject({ project_slug: 'walk', vertical: 'CONSUMER' })
    await m.projects.update('walk', { name: 'Walked' })
    expect((await m.projects.get('walk')).name).toBe('Walked')
    expect((await m.projects.getAll()).map(({ project_slug }) => project_slug)).toContain('walk')

    await m.environments.create('walk', { name: 'Live', type: 'LIVE', environment_slug: 'live' })
    const where = { project: 'walk', environment: 'staging' }
    const { project_id } = await m.environments.create('walk', {
      name: 'Staging',
      type: 'TEST',
      environment_slug: 'staging',
      user_lock_threshold: 5,
    })
    expect(project_id).toStartWith('project-test-')
    await m.environments.update(where, { idp_dynamic_client_registration_enabled: true })
    expect(await m.environments.get(where)).toMatchObject({
      user_lock_threshold: 5,
      user_lock_ttl: 3600,
      idp_dynamic_client_registration_enabled: true,
    })
    expect(await m.environments.getAll('walk')).toHaveLength(2)
    expect(await m.metrics.get(where)).toMatchObject({ user_count: 0 })

    const { secret_id, secret } = await m.secrets.create(where)
    expect(secrets).toContain(secret.reveal())
    const masked = await m.secrets.get(where, secret_id)
    expect(masked.last_four).toBe(secret.reveal().slice(-4))
    expect(await m.secrets.getAll(where)).toEqual([masked])
    await m.secrets.delete(where, secret_id)
    expect(await kindOf(m.secrets.get(where, secret_id))).toBe('not_found')

    const { public_token } = await m.publicTokens.create(where)
    expect(await m.publicTokens.get(where, public_token)).toMatchObject({ public_token })
    expect(await m.publicTokens.getAll(where)).toHaveLength(1)
    await m.publicTokens.delete(where, public_token)

    const url = 'https://app.example.com/callback?step=1&next=%2Fhome'
    await m.redirectURLs.create(where, {
      url,
      valid_types: [{ type: 'LOGIN', is_default: false }],
      do_not_promote_defaults: true,
    })
    await m.redirectURLs.update(where, url, { valid_types: [{ type: 'SIGNUP' }] })
    const { valid_types } = await m.redirectURLs.get(where, url)
    expect(valid_types.map(({ type }) => type)).toEqual(['SIGNUP'])
    expect((await m.redirectURLs.getAll(where)).map((one) => one.url)).toContain(url)
    await m.redirectURLs.delete(where, url, { do_not_promote_defaults: true })
    expect(await kindOf(m.redirectURLs.get(where, url))).toBe('not_found')

    await m.emailTemplates.create('walk', {
      template_id: 'Welcome_1',
      name: 'Welcome',
      prebuilt_customization: { button_color: '#112233', font_family: 'GEORGIA' },
    })
    await m.emailTemplates.create('walk', {
      template_id: 'custom',
      sender_information: { from_local_part: 'hello', from_domain: 'example.com' },
      custom_html_customization: {
        template_type: 'LOGIN',
        html_content: MAIL,
        plaintext_content: MAIL,
        subject: 'Sign in',
      },
    })
    await m.emailTemplates.update('walk', 'Welcome_1', {
      prebuilt_customization: { button_border_radius: 4, text_alignment: 'CENTER' },
    })
    const welcome = await m.emailTemplates.get('walk', 'Welcome_1')
    expect(welcome.prebuilt_customization).toMatchObject({ button_border_radius: 4 })
    expect(await m.emailTemplates.getAll('walk')).toHaveLength(2)
    await m.defaultEmailTemplates.set('walk', 'LOGIN', 'custom')
    expect(await m.defaultEmailTemplates.get('walk', 'LOGIN')).toBe('custom')
    expect(await kindOf(m.emailTemplates.delete('walk', 'custom'))).toBe('conflict')
    await m.defaultEmailTemplates.unset('walk', 'LOGIN')
    await m.emailTemplates.delete('walk', 'custom')

    const checks = { ...(await m.passwordStrength.get(where)), check_breach_on_creation: false }
    const luds = { luds_min_password_length: 12, luds_min_password_complexity: 3 }
    await m.passwordStrength.set(where, { ...checks, validation_policy: 'LUDS', ...luds })
    expect(await m.passwordStrength.get(where)).toMatchObject({
      check_breach_on_creation: false,
      ...luds,
    })

    const template = { template_content: '{"tier": "free"}', custom_audience: 'https://us.test' }
    await m.jwtTemplates.set(where, 'SESSION', template)
    expect(await m.jwtTemplates.get(where, 'SESSION')).toMatchObject(template)

    const policy = (await m.rbacPolicy.get(where)).document
    const permissions = [{ resource_id: 'documents', actions: ['read'] }]
    await m.rbacPolicy.set(where, {
      ...policy,
      custom_resources: [
        { resource_id: 'documents', description: 'Documents', available_actions: ['read'] },
      ],
      custom_roles: [{ role_id: 'reader', description: 'Reads', permissions }],
      custom_scopes: [{ scope: 'read:documents', description: 'Read', permissions }],
    })
    const set = await m.rbacPolicy.get(where)
    expect(set.complete).toBe(true)
    expect(set.document.custom_scopes).toEqual([
      { scope: 'read:documents', description: 'Read', permissions },
    ])

    const { document: config, complete } = await m.sdkConfig.getConsumer(where)
    expect(complete).toBe(true)
    const basic = { enabled: true, domains: ['http://localhost:3000'], bundle_ids: [] }
    const written = await m.sdkConfig.setConsumer(where, { ...config, basic })
    expect(written).toEqual({ document: { ...config, basic }, complete: true })
    const b2b = { project: SEED_PROJECTS.b2b.slug, environment: SEED_PROJECTS.b2b.test }
    const ofB2B = await m.sdkConfig.getB2B(b2b)
    expect(ofB2B.complete).toBe(true)
    expect(await m.sdkConfig.setB2B(b2b, ofB2B.document)).toEqual(ofB2B)

    expect(await m.countryCodes.setSMS(where, ['DE', 'CH'])).toEqual(['CH', 'DE'])
    expect(await m.countryCodes.getSMS(where)).toEqual(['CH', 'DE'])
    expect(await m.countryCodes.setWhatsApp(where, ['FR'])).toEqual(['FR'])
    expect(await m.countryCodes.getWhatsApp(where)).toEqual(['FR'])

    const api_key = 'ab'.repeat(16)
    const created = await m.eventLogStreaming.create(where, {
      destination_type: 'DATADOG',
      destination_config: { datadog: { api_key, site: 'EU' } },
    })
    expect(JSON.stringify(created)).not.toContain(api_key)
    await m.eventLogStreaming.enable(where, 'DATADOG')
    expect((await m.eventLogStreaming.get(where, 'DATADOG')).streaming_status).toBe('ACTIVE')
    await m.eventLogStreaming.disable(where, 'DATADOG')
    await m.eventLogStreaming.update(where, 'DATADOG', {
      destination_config: { datadog: { api_key: 'cd'.repeat(16), site: 'US5' } },
    })
    expect(await m.eventLogStreaming.get(where, 'DATADOG')).toEqual({
      destination_type: 'DATADOG',
      destination_config: { datadog: { api_key_last_four: 'cdcd', site: 'US5' } },
      streaming_status: 'DISABLED',
    })
    await m.eventLogStreaming.delete(where, 'DATADOG')

    const { profile_id } = await m.trustedTokens.create(where, {
      name: 'Partner',
      audience: 'us',
      issuer: 'https://partner.example.com',
      public_key_type: 'PEM',
      pem_files: [PEM],
      attribute_mapping: { email: 'mail' },
      can_jit_provision: false,
    })
    const { pem_file_id } = await m.trustedTokens.createPEM(where, profile_id, PEM)
    expect((await m.trustedTokens.getPEM(where, profile_id, pem_file_id)).public_key).toBe(PEM)
    await m.trustedTokens.update(where, profile_id, { can_jit_provision: true })
    const profile = await m.trustedTokens.get(where, profile_id)
    expect(profile).toMatchObject({ can_jit_provision: true, attribute_mapping: { email: 'mail' } })
    expect(profile.pem_files).toHaveLength(2)
    expect(await m.trustedTokens.getAll(where)).toEqual([profile])
    await m.trustedTokens.deletePEM(where, profile_id, pem_file_id)
    await m.trustedTokens.delete(where, profile_id)

    const own = await m.legacyProjects.get(local.projectId)
    expect(own).toMatchObject({ project_slug: SEED_PROJECTS.consumer.slug })
    expect(own.test_project_slug).toBe(SEED_PROJECTS.consumer.test)
    expect(await m.legacyProjects.getAll()).toContainEqual(own)

    await m.environments.delete(where)
    expect(await kindOf(m.environments.delete({ ...where, environment: 'live' }))).toBe('conflict')
    await m.projects.delete('walk')
    expect(await kindOf(m.projects.get('walk'))).toBe('not_found')

    const asked = new Set(attempts.map(({ operation }) => operation))
    const rows = [...OPERATIONS, ...LEGACY_OPERATIONS].map(({ operation }) => operation as string)
    expect(rows.filter((operation) => !asked.has(operation))).toEqual([])
    expect(attempts.every(({ requestId }) => requestId?.startsWith('request-id-'))).toBe(true)
    const audit = JSON.stringify(attempts)
    expect(secrets.filter((value) => audit.includes(value))).toEqual([])
  })

  test('E-G27 disagree on another key, which is ours to mend', async () => {
    const { options, local } = arrange()
    const keyId = local.workspaceKeyId
    const management = createManagement({ ...options, keyId, keySecret: 'another' })
    expect(await kindOf(management.projects.getAll())).toBe('unauthorised')
  })

  test('D2.09 outlive a short outage for reads, and only for reads', async () => {
    const { management, knob, attempts } = arrange()
    const outage = { kind: 'status', at: 'management', status: 503, times: 2 }
    await knob('faults', { faults: [outage] })
    expect(await management.projects.getAll()).toHaveLength(2)
    expect(attempts.map(({ status }) => status)).toEqual([503, 503, 200])

    await knob('faults', { faults: [outage] })
    const name = { name: 'New', vertical: 'B2B' } as const
    expect(await kindOf(management.projects.create(name))).toBe('outcome_unknown')
    expect(attempts).toHaveLength(4)
    await knob('faults', { faults: [] })
    expect(await management.projects.getAll()).toHaveLength(2)
  })

  test('D2.09 agree to wait a little, and not for long', async () => {
    const { management, knob } = arrange()
    const limit = { kind: 'status', at: 'management', status: 429 }
    await knob('faults', { faults: [{ ...limit, retry_after: 2, times: 1 }] })
    expect(await management.projects.getAll()).toHaveLength(2)
    await knob('faults', { faults: [{ ...limit, retry_after: 60 }] })
    const error = await management.projects.getAll().catch((reason) => reason)
    expect(error).toMatchObject({ kind: 'rate_limited', retryAfter: 60 })
  })

  test.each([['garbage'], ['truncated'], ['huge'], ['redirect']])(
    'E-G26 trust no answer that is %s',
    async (kind) => {
      const { management, knob } = arrange()
      const location = kind === 'redirect' ? { location: 'http://localhost:3001/elsewhere' } : {}
      await knob('faults', { faults: [{ kind, at: 'management', ...location }] })
      expect(await kindOf(management.projects.getAll())).toBe('unexpected')
    },
  )

  test('a write that was late may have happened, and here it did', async () => {
    const { local, options, knob } = arrange()
    const management = createManagement({
      ...options,
      timeout: 20,
      keyId: local.workspaceKeyId,
      keySecret: local.workspaceKeySecret,
    })
    await knob('faults', {
      faults: [{ kind: 'hang', at: 'management', after_work: true, times: 1 }],
    })
    const where = { project: SEED_PROJECTS.b2b.slug, environment: SEED_PROJECTS.b2b.test }
    const error = await management.publicTokens.create(where).catch((reason) => reason)
    expect(error).toMatchObject({ kind: 'outcome_unknown', mayHaveHappened: true })
    expect(await management.publicTokens.getAll(where)).toHaveLength(1)
  })
})

describe('the people client and Local Stytch', () => {
  test('agree on roles as of now', async () => {
    const { roles } = arrange().people()
    expect(await roles(SEED_USERS.ada.userId)).toEqual([...SEED_USERS.ada.roles])
    expect(await roles(SEED_USERS.bob.userId)).toEqual([...SEED_USERS.bob.roles])
    expect(await roles('user-test-00000000-0000-4000-8000-000000000000')).toEqual([])
  })

  test('agree that another secret opens nothing', async () => {
    const { roles } = arrange().people('secret-test-another')
    const error = await roles(SEED_USERS.ada.userId).catch((reason) => reason)
    expect(error).toMatchObject({ name: 'PeopleError', kind: 'unauthorised' })
  })
})
