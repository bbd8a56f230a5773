import { describe, expect, test } from 'bun:test'
import type { Json } from './walkthrough.ts'
import { refused, workspace } from './workspace.ts'

const PATH = '/pwa/v3/projects/local-stytch/email_templates'
const DEFAULT = '/pwa/v3/projects/local-stytch/default_email_templates'

const sender_information = {
  from_local_part: 'no.reply',
  from_domain: 'mail.example.com',
  from_name: 'Example',
  reply_to_local_part: 'support',
  reply_to_name: 'Support',
}

const prebuilt = {
  template_id: 'blue',
  name: 'Blue',
  sender_information,
  prebuilt_customization: {
    button_border_radius: 3.5,
    button_color: '#105ee9',
    button_text_color: '#FFFFFF',
    font_family: 'GEORGIA',
    text_alignment: 'CENTER',
  },
}

const custom = (template_type: string, variable: string, template_id = template_type) => ({
  template_id,
  name: template_type,
  sender_information,
  custom_html_customization: {
    template_type,
    html_content: `<a href="{{ ${variable} }}">Go on</a>`,
    plaintext_content: `Go on: {{${variable}}}`,
    subject: 'Go on',
  },
})

/** What mail of each type must contain; null where anything goes. */
const VARIABLES = {
  LOGIN: 'magic_link_url',
  SIGNUP: 'magic_link_url',
  INVITE: 'magic_link_url',
  ONE_TIME_PASSCODE: 'otp_code',
  ONE_TIME_PASSCODE_SIGNUP: 'otp_code',
  RESET_PASSWORD: 'reset_password_url',
  VERIFY_EMAIL_PASSWORD_RESET: 'reset_password_url',
} as const

const login = custom('LOGIN', 'magic_link_url')

describe('email templates', () => {
  test('are none to begin with', async () => {
    const { manage } = workspace()
    expect((await manage('GET', PATH)).json.email_templates).toEqual([])
  })

  test('are created, listed in order, and shown one by one', async () => {
    const { manage } = workspace()
    for (const template of [prebuilt, login]) {
      const { status, json } = await manage('POST', PATH, template)
      expect({ status, template: json.email_template }).toEqual({ status: 200, template })
      const shown = await manage('GET', `${PATH}/${template.template_id}`)
      expect(shown.json.email_template).toEqual(template)
    }
    expect((await manage('GET', PATH)).json.email_templates).toEqual([prebuilt, login])
  })

  test('need no more than an id and a customization', async () => {
    const { manage } = workspace()
    const least = { template_id: 'least', prebuilt_customization: {} }
    expect((await manage('POST', PATH, least)).json.email_template).toEqual(least)
  })

  test('ignore members they do not know, and null', async () => {
    const { manage } = workspace()
    const body = {
      template_id: 'odd',
      name: null,
      surprise: 1,
      prebuilt_customization: { button_color: null, shadow: true },
      custom_html_customization: null,
    }
    expect((await manage('POST', PATH, body)).json.email_template).toEqual({
      template_id: 'odd',
      prebuilt_customization: {},
    })
  })

  test('are the project’s, not another’s', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    const other = PATH.replace('local-stytch', 'local-stytch-b2b')
    expect((await manage('GET', other)).json.email_templates).toEqual([])
    expect((await manage('POST', other, prebuilt)).status).toBe(200)
  })

  test('are updated whole, but for the id', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    const changed = { prebuilt_customization: { font_family: 'ARIAL' } }
    const wanted = { template_id: 'blue', ...changed }
    const body = { ...changed, template_id: 'red' }
    expect((await manage('PUT', `${PATH}/blue`, body)).json.email_template).toEqual(wanted)
    expect((await manage('GET', PATH)).json.email_templates).toEqual([wanted])
  })

  test('may become templates of the other kind', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    const { template_id: _, ...content } = login
    const { json } = await manage('PUT', `${PATH}/blue`, content)
    expect(json.email_template).toEqual({ ...content, template_id: 'blue' })
  })

  test('are deleted', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    expect((await manage('DELETE', `${PATH}/blue`)).status).toBe(200)
    expect((await manage('GET', PATH)).json.email_templates).toEqual([])
  })

  test('that do not exist are found by nobody', async () => {
    const { manage } = workspace()
    for (const id of ['nothing', '..%2fblue', '__proto__']) {
      for (const [method, body] of [['GET'], ['PUT', prebuilt], ['DELETE']] as const) {
        expect(await manage(method, `${PATH}/${id}`, body)).toMatchObject(
          refused(404, 'email_template_not_found'),
        )
      }
    }
  })

  test('share no id', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    expect(await manage('POST', PATH, { ...login, template_id: 'blue' })).toMatchObject(
      refused(400, 'duplicate_email_template_vanity_id'),
    )
    expect((await manage('GET', `${PATH}/blue`)).json.email_template).toEqual(prebuilt)
  })

  const inPrebuilt = (change: Json) => ({
    ...prebuilt,
    prebuilt_customization: { ...prebuilt.prebuilt_customization, ...change },
  })
  const inCustom = (change: Json) => ({
    ...login,
    custom_html_customization: { ...login.custom_html_customization, ...change },
  })
  const from = (change: Json) => ({
    ...login,
    sender_information: { ...sender_information, ...change },
  })
  const wrong: [string, Json, string][] = [
    ['no customization', { template_id: 'x', name: 'X' }, 'invalid_argument'],
    ['both customizations', { ...prebuilt, ...login }, 'invalid_argument'],
    ['a color by name', inPrebuilt({ button_color: 'blue' }), 'invalid_template_values'],
    ['a short color', inPrebuilt({ button_text_color: '#fff' }), 'invalid_template_values'],
    ['a radius below zero', inPrebuilt({ button_border_radius: -1 }), 'invalid_template_values'],
    ['a radius in words', inPrebuilt({ button_border_radius: '3px' }), 'bad_request'],
    ['another font', inPrebuilt({ font_family: 'COMIC_SANS' }), 'bad_request'],
    ['text to the right', inPrebuilt({ text_alignment: 'RIGHT' }), 'bad_request'],
    ['no HTML', inCustom({ html_content: '' }), 'invalid_email_html'],
    ['no plain text', inCustom({ plaintext_content: undefined }), 'invalid_email_plaintext'],
    ['no subject', inCustom({ subject: null }), 'invalid_email_subject'],
    ['type PREBUILT', inCustom({ template_type: 'PREBUILT' }), 'bad_request'],
    ['no type', inCustom({ template_type: undefined }), 'bad_request'],
    ['no sender', { ...login, sender_information: undefined }, 'required_custom_email_domain'],
    ['no domain', from({ from_domain: undefined }), 'required_custom_email_domain'],
    ['a domain with a scheme', from({ from_domain: 'https://example.com' }), 'invalid_domain'],
    ['an address for a local part', from({ from_local_part: 'a@b' }), 'invalid_from_local_part'],
    ['an empty local part', from({ from_local_part: '' }), 'invalid_from_local_part'],
    ['a spaced reply-to', from({ reply_to_local_part: 'a b' }), 'invalid_reply_to_local_part'],
    ['no id', { ...prebuilt, template_id: undefined }, 'invalid_template_id'],
    ['a path for an id', { ...prebuilt, template_id: 'a/b' }, 'invalid_template_id'],
    ['dots for an id', { ...prebuilt, template_id: '..' }, 'invalid_template_id'],
    ['too long an id', { ...prebuilt, template_id: 'x'.repeat(129) }, 'invalid_template_id'],
  ]
  for (const [what, body, type] of wrong) {
    test(`with ${what} are refused`, async () => {
      const { manage } = workspace()
      expect(await manage('POST', PATH, body)).toMatchObject(refused(400, type))
      expect((await manage('GET', PATH)).json.email_templates).toEqual([])
      if (type === 'invalid_template_id') return
      await manage('POST', PATH, { ...prebuilt, template_id: 'kept' })
      expect(await manage('PUT', `${PATH}/kept`, body)).toMatchObject(refused(400, type))
      const { json } = await manage('GET', `${PATH}/kept`)
      expect(json.email_template).toEqual({ ...prebuilt, template_id: 'kept' })
    })
  }

  for (const [type, variable] of Object.entries(VARIABLES)) {
    test(`for ${type} must have {{${variable}}}, in HTML and in plain text`, async () => {
      const { manage } = workspace()
      const good = custom(type, variable)
      expect((await manage('POST', PATH, good)).status).toBe(200)
      const without = [
        custom(type, 'another', 'other'),
        ...['html_content', 'plaintext_content'].map((content) => ({
          ...good,
          template_id: content,
          custom_html_customization: {
            ...good.custom_html_customization,
            [content]: `${variable} { ${variable} }`,
          },
        })),
      ]
      for (const bad of without) {
        expect(await manage('POST', PATH, bad)).toMatchObject(
          refused(400, 'invalid_email_template_parameters'),
        )
      }
    })
  }

  test('for UNLOCK may say anything', async () => {
    const { manage } = workspace()
    expect((await manage('POST', PATH, custom('UNLOCK', 'anything'))).status).toBe(200)
  })

  test('are a hundred at most', async () => {
    const { manage } = workspace()
    for (let n = 0; n < 100; n++) {
      const { status } = await manage('POST', PATH, { ...prebuilt, template_id: `t${n}` })
      expect({ n, status }).toEqual({ n, status: 200 })
    }
    expect(await manage('POST', PATH, prebuilt)).toMatchObject(
      refused(400, 'too_many_email_templates'),
    )
  })
})

describe('the default email template', () => {
  const types = { ...VARIABLES, UNLOCK: 'anything' }
  for (const [type, variable] of Object.entries(types)) {
    test(`for ${type} is set, shown and unset`, async () => {
      const { manage } = workspace()
      await manage('POST', PATH, custom(type, variable))
      const one = `${DEFAULT}/${type}`
      const none = refused(404, 'email_template_not_found')
      expect(await manage('GET', one)).toMatchObject(none)
      expect((await manage('POST', one, { template_id: type })).status).toBe(200)
      expect((await manage('GET', one)).json.template_id).toBe(type)
      expect((await manage('DELETE', one)).status).toBe(200)
      expect(await manage('GET', one)).toMatchObject(none)
    })
  }

  test('for PREBUILT is replaced, never unset', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    await manage('POST', PATH, { ...prebuilt, template_id: 'green' })
    const one = `${DEFAULT}/PREBUILT`
    await manage('POST', one, { template_id: 'blue' })
    expect(await manage('DELETE', one)).toMatchObject(refused(400, 'invalid_argument'))
    expect((await manage('GET', one)).json.template_id).toBe('blue')
    await manage('POST', one, { template_id: 'green' })
    expect((await manage('GET', one)).json.template_id).toBe('green')
  })

  test('is unset also when there is none', async () => {
    const { manage } = workspace()
    expect((await manage('DELETE', `${DEFAULT}/SIGNUP`)).status).toBe(200)
  })

  test('must exist, and be for that mail', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, prebuilt)
    await manage('POST', PATH, login)
    for (const body of [{ template_id: 'nothing' }, {}]) {
      expect(await manage('POST', `${DEFAULT}/LOGIN`, body)).toMatchObject(
        refused(404, 'email_template_not_found'),
      )
    }
    for (const [type, template_id] of [
      ['LOGIN', 'blue'],
      ['SIGNUP', 'LOGIN'],
      ['PREBUILT', 'LOGIN'],
    ] as const) {
      expect(await manage('POST', `${DEFAULT}/${type}`, { template_id })).toMatchObject(
        refused(400, 'invalid_argument'),
      )
      expect((await manage('GET', `${DEFAULT}/${type}`)).status).toBe(404)
    }
  })

  test('cannot be deleted, nor made unfit, while it is one', async () => {
    const { manage } = workspace()
    await manage('POST', PATH, login)
    await manage('POST', `${DEFAULT}/LOGIN`, { template_id: 'LOGIN' })
    expect(await manage('DELETE', `${PATH}/LOGIN`)).toMatchObject(
      refused(400, 'cannot_delete_default_email_template'),
    )
    for (const unfit of [prebuilt, custom('SIGNUP', 'magic_link_url')]) {
      expect(await manage('PUT', `${PATH}/LOGIN`, unfit)).toMatchObject(
        refused(400, 'invalid_argument'),
      )
    }
    expect((await manage('GET', `${PATH}/LOGIN`)).json.email_template).toEqual(login)
    expect((await manage('PUT', `${PATH}/LOGIN`, { ...login, name: 'Fit' })).status).toBe(200)
    await manage('DELETE', `${DEFAULT}/LOGIN`)
    expect((await manage('DELETE', `${PATH}/LOGIN`)).status).toBe(200)
  })

  test('is for the kinds of mail there are', async () => {
    const { manage } = workspace()
    for (const type of ['ALL', 'login', '__proto__']) {
      for (const [method, body] of [['GET'], ['POST', { template_id: 'x' }], ['DELETE']] as const) {
        expect(await manage(method, `${DEFAULT}/${type}`, body)).toMatchObject(
          refused(400, 'invalid_argument'),
        )
      }
    }
  })
})
