import { describe, expect, test } from 'bun:test'
import { OWN, refused, workspace } from './workspace.ts'

const path = (type: string) => `${OWN}/jwt_templates/${type}`
const set = (template_content: string) => ({ template_content, custom_audience: '' })

describe('JWT templates', () => {
  test('add nothing to begin with', async () => {
    const { manage } = workspace()
    for (const type of ['SESSION', 'M2M']) {
      expect((await manage('GET', path(type))).json.jwt_template).toEqual({
        template_content: '{}',
        custom_audience: '',
        jwt_template_type: type,
      })
    }
  })

  test('are set one by one, and whole', async () => {
    const { manage } = workspace()
    const template = {
      template_content: '{ "role": {{ user.trusted_metadata.role }} }',
      custom_audience: 'https://api.example.com',
    }
    const wanted = { ...template, jwt_template_type: 'SESSION' }
    expect((await manage('PUT', path('SESSION'), template)).json.jwt_template).toEqual(wanted)
    expect((await manage('GET', path('SESSION'))).json.jwt_template).toEqual(wanted)
    expect((await manage('GET', path('M2M'))).json.jwt_template.template_content).toBe('{}')
    const again = await manage('PUT', path('SESSION'), { template_content: '{"a":1}' })
    expect(again.json.jwt_template).toEqual({
      template_content: '{"a":1}',
      custom_audience: '',
      jwt_template_type: 'SESSION',
    })
  })

  const good = [
    '{"role":"{{user.trusted_metadata.role}}"}',
    '{"role":{{ user.trusted_metadata.role }}}',
    '{"a":{"b":{{ member.member_id }}}}',
    '{"scope":"openid profile email"}',
    '{"a":["{{ client.trusted_metadata.tier }} and {{ client.client_id }}"]}',
    '\n  {}\n',
  ]
  for (const content of good) {
    test(`${JSON.stringify(content)} is one`, async () => {
      const { manage } = workspace()
      const { json } = await manage('PUT', path('M2M'), set(content))
      expect(json.jwt_template.template_content).toBe(content)
    })
  }

  const bad: [string, string][] = [
    ['', 'jwt_template_invalid_json'],
    ['{', 'jwt_template_invalid_json'],
    ['[]', 'jwt_template_invalid_json'],
    ['null', 'jwt_template_invalid_json'],
    ['{{ user.user_id }}', 'jwt_template_invalid_json'],
    ['{ {{ user.user_id }}: 1 }', 'jwt_template_invalid_json'],
    ['{"a": user.user_id }}', 'jwt_template_invalid_json'],
    ['{"a": {{ }} }', 'jwt_template_invalid_tag'],
    ['{"a": {{ user. }} }', 'jwt_template_invalid_tag'],
    ['{"a": {{ user.a + 1 }} }', 'jwt_template_invalid_tag'],
    ['{"a": {{ user.user_id }', 'jwt_template_mismatched_tag'],
    ['{"a": "{{ user.user_id "}', 'jwt_template_mismatched_tag'],
    ['{"sub": "x"}', 'reserved_claims_in_custom_claims'],
    ['{"aud": {{ user.user_id }}}', 'reserved_claims_in_custom_claims'],
    ['{"https://stytch.com/session": {}}', 'stytch_claims_in_custom_claims'],
    [JSON.stringify({ a: 'x'.repeat(4096) }), 'custom_claims_too_large'],
  ]
  for (const [content, type] of bad) {
    test(`${content.slice(0, 60) || 'nothing'} is refused, and changes nothing`, async () => {
      const { manage } = workspace()
      const answer = await manage('PUT', path('SESSION'), set(content))
      expect(answer).toMatchObject(refused(400, type))
      const { json } = await manage('GET', path('SESSION'))
      expect(json.jwt_template.template_content).toBe('{}')
    })
  }

  test('are of two types', async () => {
    const { manage } = workspace()
    for (const type of ['session', 'ACCESS', '__proto__']) {
      expect(await manage('GET', path(type))).toMatchObject(refused(400, 'invalid_argument'))
      expect(await manage('PUT', path(type), set('{}'))).toMatchObject(
        refused(400, 'invalid_argument'),
      )
    }
  })
})
