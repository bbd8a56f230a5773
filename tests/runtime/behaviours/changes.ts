/** The main job of the tools: to change something a person agreed to, once. */
import { expect } from 'bun:test'
import { answer, type Era } from '../../support/mcp.ts'
import { EITHER, type Group, type Subject } from './behaviour.ts'

const SCOPE = 'openid read:projects read:project_settings manage:project_settings'
const WHERE = { project_slug: 'local-stytch', environment_slug: 'test' }

/** Calls a tool as somebody who may change settings. */
async function call({ ask, token }: Subject, era: Era, name: string, args: object) {
  const as = { token: await token({ scope: SCOPE }) }
  const { result } = await answer(await ask(era, 'tools/call', { name, arguments: args }, as))
  return { data: result?.structuredContent, isError: result?.isError, text: JSON.stringify(result) }
}

export const changes: Group = {
  title: 'Changes',
  behaviours: [
    {
      title:
        'What needs a person is planned, and its plan can be applied once, however often it is tried',
      eras: ['legacy', 'modern'],
      async holds(subject, era) {
        const url = `https://*.${era}.example.com`
        const wanted = { ...WHERE, url, valid_types: [{ type: 'LOGIN', is_default: false }] }
        const { data } = await call(subject, era, 'createRedirectURL', wanted)
        const plan = data?.plan as { plan_id: string; confirm_phrase: string }
        const before = await call(subject, era, 'getAllRedirectURLs', WHERE)
        expect(before.text).not.toContain(url)

        const { plan_id, confirm_phrase } = plan
        const applied = await Promise.all(
          [1, 2, 3].map(() => call(subject, era, 'applyPlan', { plan_id, confirm_phrase })),
        )
        expect(applied.filter(({ isError }) => isError !== true)).toHaveLength(1)
        const after = await call(subject, era, 'getAllRedirectURLs', WHERE)
        expect(after.text).toContain(url)
      },
    },
    {
      title: 'What needs nobody’s word is done at once',
      eras: EITHER,
      async holds(subject) {
        const url = 'https://app.example.com/callback'
        const wanted = { ...WHERE, url, valid_types: [{ type: 'LOGIN', is_default: false }] }
        const { isError, data } = await call(subject, 'modern', 'createRedirectURL', wanted)
        expect([isError, data?.redirect_url]).toEqual([undefined, expect.objectContaining({ url })])
        expect((await call(subject, 'modern', 'getAllRedirectURLs', WHERE)).text).toContain(url)
      },
    },
  ],
}
