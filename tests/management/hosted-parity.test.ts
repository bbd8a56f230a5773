/**
 * Somebody who is used to Stytch's hosted server works here as they did there: its 21 tools, by its names,
 * with its arguments, in the order one sets a project up. What it did without asking, a person agrees to.
 */
import { beforeAll, describe, expect, test } from 'bun:test'
import { SEED_PROJECTS } from '../../src/local/index.ts'
import type { Loose } from '../support/managing.ts'
import { type Args, KINDS } from './clients.ts'
import { createStage, type Stage } from './stage.ts'

const CONTENT = ['name', 'senderInformation', 'prebuiltCustomization', 'customHtmlCustomization']

/** The hosted server's tools and their arguments. */
const HOSTED: Readonly<Record<string, readonly string[]>> = {
  listProjects: [],
  createProject: ['project_name', 'vertical'],
  createRedirectURL: ['project_id', 'url', 'valid_types'],
  updateRedirectURL: ['project_id', 'url', 'valid_types'],
  getAllRedirectURLs: ['project_id'],
  deleteRedirectURL: ['project_id', 'url'],
  getAllPublicTokens: ['project_id'],
  createPublicToken: ['project_id'],
  deletePublicToken: ['project_id', 'public_token'],
  createSecret: ['project_id'],
  deleteSecret: ['project_id', 'secret_id'],
  getAllEmailTemplates: ['project_id'],
  createEmailTemplate: ['project_id', 'template_id', ...CONTENT],
  updateEmailTemplate: ['project_id', 'template_id', ...CONTENT],
  deleteEmailTemplate: ['project_id', 'template_id'],
  getPasswordStrengthConfig: ['project_id'],
  setPasswordStrengthConfig: ['project_id', 'password_strength_config'],
  getConsumerSDKConfig: ['project_id'],
  updateConsumerSDKConfig: ['project_id', 'config'],
  getB2BSDKConfig: ['project_id'],
  updateB2BSDKConfig: ['project_id', 'config'],
}

const { consumer, b2b } = SEED_PROJECTS
const own = { project: consumer.slug, environment: consumer.test }
const URL_ = 'https://app.example.com/authenticate'
const both = (is_default: boolean) => ['LOGIN', 'SIGNUP'].map((type) => ({ type, is_default }))

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  const used = new Set<string>()
  let stage: Stage
  /** Ids of test environments, as a list of projects tells them. */
  const ids: { consumer?: Args; b2b?: Args } = {}
  beforeAll(async () => {
    // What is offered unless an operator chooses must be enough.
    stage = await createStage(kind, { env: { TOOLSETS: '' } })
  })

  /** Calls one of them, which must succeed; a person types the phrase, if there is one. */
  async function use(tool: keyof typeof HOSTED & string, args: Args, phrase?: string) {
    used.add(tool)
    const { code, text, data, asked } = await stage.call(tool, args, phrase)
    expect([tool, code, code && text]).toEqual([tool, undefined, undefined])
    expect(asked).toHaveLength(phrase === undefined ? 0 : 1)
    return data as Loose
  }

  test('all of its tools are there, with its arguments and no other that is required', () => {
    expect(Object.keys(HOSTED)).toHaveLength(21)
    for (const [name, fields] of Object.entries(HOSTED)) {
      const { properties = {}, required = [] } = stage.client.tools.get(name)?.inputSchema ?? {}
      expect([name, Object.keys(properties)]).toEqual([name, expect.arrayContaining([...fields])])
      expect([name, fields]).toEqual([name, expect.arrayContaining(required)])
    }
  })

  test('projects are listed with the ids it works with, and created', async () => {
    const { projects } = await use('listProjects', {})
    for (const [seed, { slug }] of Object.entries({ consumer, b2b })) {
      const project = projects.find((one: Loose) => one.project_slug === slug)
      const { project_id } = project.environments.find((one: Loose) => one.type === 'TEST')
      expect(project_id).toStartWith('project-test-')
      ids[seed as keyof typeof ids] = { project_id }
    }
    const made = await use('createProject', { project_name: 'Acme', vertical: 'CONSUMER' })
    expect(made.project).toMatchObject({ name: 'Acme', vertical: 'CONSUMER' })
    const again = await use('listProjects', {})
    expect(again.projects.map(({ name }: Loose) => name)).toContain('Acme')
  })

  test('redirect URLs are created, listed, changed and deleted', async () => {
    const at = ids.consumer as Args
    const all = async () => (await use('getAllRedirectURLs', at)).redirect_urls
    const before = await all()
    await use('createRedirectURL', { ...at, url: URL_, valid_types: both(true) })
    expect(await all()).toContainEqual({ url: URL_, valid_types: both(true) })
    const valid_types = [{ type: 'RESET_PASSWORD', is_default: true }]
    const { redirect_url } = await use('updateRedirectURL', { ...at, url: URL_, valid_types })
    expect(redirect_url).toEqual({ url: URL_, valid_types })
    await use('deleteRedirectURL', { ...at, url: URL_ }, consumer.test)
    expect((await all()).map(({ url }: Loose) => url)).toEqual(before.map(({ url }: Loose) => url))
  })

  test('public tokens are created, listed and deleted', async () => {
    const at = ids.consumer as Args
    const all = async () => (await use('getAllPublicTokens', at)).public_tokens
    const before = await all()
    const { public_token: made } = await use('createPublicToken', at)
    expect(made.public_token).toStartWith('public-token-test-')
    expect(await all()).toEqual([...before, made])
    await use('deletePublicToken', { ...at, public_token: made.public_token }, consumer.test)
    expect(await all()).toEqual(before)
  })

  test('secrets are created behind a link, where the hosted server told the model, and deleted', async () => {
    const at = ids.consumer as Args
    const { secret_id, reveal_url, ...rest } = await use('createSecret', at)
    const value = stage.fixture.secrets.at(-1) as string
    expect(JSON.stringify({ secret_id, reveal_url, ...rest })).not.toContain(value)
    expect(reveal_url).toStartWith(`${stage.fixture.config.publicUrl}/secrets/`)
    expect(Date.parse(rest.expires_at)).toBeGreaterThan(Date.now())

    const { pathname } = new URL(reveal_url)
    const page = await stage.fixture.send(pathname)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toContain(value)
    const unsigned = await stage.fixture.send(pathname, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: stage.fixture.config.publicUrl },
      body: JSON.stringify({ action: 'reveal' }),
    })
    expect(unsigned.status).toBe(401)
    expect(await unsigned.text()).not.toContain(value)

    const kept = async () =>
      (await stage.there.secrets.getAll(own)).map((secret) => secret.secret_id)
    expect(await kept()).toContain(secret_id)
    await use('deleteSecret', { ...at, secret_id }, consumer.test)
    expect(await kept()).not.toContain(secret_id)
  })

  test('e-mail templates are created, listed, changed and deleted in its spelling', async () => {
    const at = ids.consumer as Args
    const all = async () => (await use('getAllEmailTemplates', at)).email_templates
    const stored = () => stage.there.emailTemplates.get(consumer.slug, 'welcome')
    const senderInformation = {
      fromLocalPart: 'hello',
      fromDomain: 'mail.example.com',
      fromName: 'Acme',
      replyToLocalPart: 'support',
      replyToName: 'Acme support',
    }
    const customHtmlCustomization = {
      templateType: 'LOGIN',
      htmlContent: '<a href="{{magic_link_url}}">Sign in</a>',
      plaintextContent: 'Sign in: {{magic_link_url}}',
      subject: 'Sign in to Acme',
    }
    const made = { template_id: 'welcome', name: 'Welcome', senderInformation }
    await use('createEmailTemplate', { ...at, ...made, customHtmlCustomization })
    expect(await stored()).toMatchObject({
      sender_information: { from_local_part: 'hello', reply_to_name: 'Acme support' },
      custom_html_customization: { template_type: 'LOGIN', subject: 'Sign in to Acme' },
    })
    const { htmlContent: _, plaintextContent: __, ...listed } = customHtmlCustomization
    expect(await all()).toEqual([{ ...made, customHtmlCustomization: listed }])

    const prebuiltCustomization = {
      buttonBorderRadius: 4,
      buttonColor: '#106ee9',
      buttonTextColor: '#ffffff',
      fontFamily: 'HELVETICA',
      textAlignment: 'CENTER',
    }
    const changed = { template_id: 'welcome', name: 'Plain', prebuiltCustomization }
    await use('updateEmailTemplate', { ...at, ...changed })
    expect((await stored()).prebuilt_customization).toEqual({
      button_border_radius: 4,
      button_color: '#106ee9',
      button_text_color: '#ffffff',
      font_family: 'HELVETICA',
      text_alignment: 'CENTER',
    })
    expect((await all())[0]).toMatchObject(changed)
    await use('deleteEmailTemplate', { ...at, template_id: 'welcome' }, 'welcome')
    expect(await all()).toEqual([])
  })

  test('the password policy is read and set', async () => {
    const at = ids.consumer as Args
    const password_strength_config = {
      check_breach_on_creation: true,
      check_breach_on_authentication: false,
      validate_on_authentication: true,
      validation_policy: 'LUDS',
      luds_min_password_length: 14,
      luds_min_password_complexity: 3,
    }
    await use('getPasswordStrengthConfig', at)
    await use('setPasswordStrengthConfig', { ...at, password_strength_config })
    expect(await use('getPasswordStrengthConfig', at)).toEqual({ password_strength_config })
  })

  test.each([
    ['consumer', 'getConsumerSDKConfig', 'updateConsumerSDKConfig'],
    ['b2b', 'getB2BSDKConfig', 'updateB2BSDKConfig'],
  ] as const)(
    'the %s SDK configuration is read, and sent back whole',
    async (seed, get, update) => {
      const at = ids[seed] as Args
      const { config } = await use(get, at)
      const wanted = { ...config, sessions: { max_session_duration_minutes: 30 } }
      await use(update, { ...at, config: wanted }, SEED_PROJECTS[seed].test)
      expect((await use(get, at)).config).toEqual(wanted)
      // As there, a tool of the other vertical does not work.
      const other = seed === 'b2b' ? 'getConsumerSDKConfig' : 'getB2BSDKConfig'
      expect((await stage.call(other, at)).code).toBe('invalid_arguments')
    },
  )

  test('nothing of it was left out', () => {
    expect([...used].sort()).toEqual(Object.keys(HOSTED).sort())
  })
})
