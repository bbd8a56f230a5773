import { describe, expect, test } from 'bun:test'
import { ENVIRONMENT, manage, TEST } from '../support/managing.ts'

const SESSION = { ...TEST, jwt_template_type: 'SESSION' }
const PATH = `${ENVIRONMENT}/jwt_templates`
const CONTENT = '{\n  "role": {{ user.trusted_metadata.role }},\n  "tier": "{{user.tier}}!"\n}'

describe('JWT templates', () => {
  test('are told, and changed one member at a time', async () => {
    const { call, stytch } = manage()
    expect((await call('getJWTTemplate', SESSION)).data.jwt_template).toEqual({
      jwt_template_type: 'SESSION',
      template_content: '{}',
      custom_audience: '',
    })
    const { summary, data } = await call('setJWTTemplate', {
      ...SESSION,
      template_content: CONTENT,
    })
    expect(summary).toBe('The JWT template was changed.')
    expect(data.jwt_template.template_content).toBe(CONTENT)
    await call('setJWTTemplate', { ...SESSION, custom_audience: 'https://api.example.com' })
    expect((await stytch('GET', `${PATH}/SESSION`)).jwt_template).toEqual({
      jwt_template_type: 'SESSION',
      template_content: CONTENT,
      custom_audience: 'https://api.example.com',
    })
    expect((await stytch('GET', `${PATH}/M2M`)).jwt_template.template_content).toBe('{}')
    const cleared = await call('setJWTTemplate', { ...SESSION, custom_audience: '' })
    expect(cleared.data.changes).toEqual([
      { path: '/custom_audience', before: 'https://api.example.com', after: '' },
    ])
  })

  test('a dry run, and a change to what is so already, write nothing', async () => {
    const { call, writes } = manage()
    const dry = await call('setJWTTemplate', {
      ...SESSION,
      template_content: '{"a":1}',
      dryRun: true,
    })
    expect(dry.data.changes).toEqual([
      { path: '/template_content', before: '{}', after: '{"a":1}' },
    ])
    const same = await call('setJWTTemplate', { ...SESSION, template_content: '{}' })
    expect(same.summary).toBe('Nothing was changed: it is so already.')
    expect(writes()).toEqual([])
  })

  const refusing = manage()
  test.each([
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a tag left open', '{"a": {{ user.id }'],
    ['a registered claim', '{"sub": "user-test-1"}'],
    ['a registered claim, escaped', '{"\\u0061ud": "x"}'],
    ['more than claims may be', `{"a": "${'x'.repeat(4_096)}"}`],
  ])('E-G01 a template that is %s is refused', async (_, template_content) => {
    const { call, writes } = refusing
    const { error } = await call('setJWTTemplate', { ...SESSION, template_content })
    expect(error?.code).toBe('invalid_arguments')
    expect(error?.message).toContain('template_content')
    expect(writes()).toEqual([])
  })

  test('a type that is none is refused before anything is asked', async () => {
    const { call, fixture } = manage()
    for (const jwt_template_type of ['session', '..', 'SESSION/../M2M', 7]) {
      const { error } = await call('getJWTTemplate', { ...TEST, jwt_template_type })
      expect(error?.code).toBe('invalid_arguments')
    }
    expect(fixture.egress.filter((line) => line.includes('/pwa/'))).toEqual([])
  })

  test('what only Stytch finds wrong is still an argument’s fault', async () => {
    const { call } = manage()
    const template_content = '{"a": {{ 1 + 1 }}}'
    const { error } = await call('setJWTTemplate', { ...SESSION, template_content })
    expect(error?.code).toBe('invalid_arguments')
    expect(error?.message).not.toContain('1 + 1')
  })
})
