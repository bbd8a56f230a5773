/** A server whose tools and the rest need different scopes, and what it answers without them. */
import { expect } from 'bun:test'
import { z } from 'zod'
import {
  type AlsoNeeds,
  completable,
  definePrompt,
  defineResource,
  defineResourceTemplate,
  defineTool,
  ERRORS,
  type Tool,
  ToolError,
} from '../../src/index.ts'
import { createFixture, type Fixture, type FixtureOptions } from './fixture.ts'
import { type Era, rpc } from './mcp.ts'

const PRM = 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'
const f1 = (scope: string) =>
  `Bearer resource_metadata="${PRM}", scope="${scope}", error="insufficient_scope", error_description="${ERRORS.insufficient_scope.sentence}"`

/** Builds a server. */
export function createGuarded(options: FixtureOptions = {}) {
  const ran: string[] = []
  /** Tools that were asked which scopes a call needs. */
  const asked: string[] = []
  const described = (name: string) => ({ name, title: name, description: 'For tests.' })
  const tool = (
    name: string,
    scopes: string[],
    more: { risk?: Tool['risk']; alsoNeeds?: AlsoNeeds } = {},
  ) =>
    defineTool({
      ...described(name),
      toolset: 'test',
      risk: 'read',
      ...more,
      scopes,
      input: z.object({ secret: z.boolean().optional() }),
      run: async () => {
        ran.push(name)
        return { summary: 'Ran.' }
      },
    })
  const noted = async (what: string) => ({ text: String(ran.push(what)) })
  const fixture = createFixture({
    tools: [
      tool('open', ['openid']),
      tool('mail', ['email']),
      tool('both', ['email', 'profile']),
      tool('keys', ['read:api_keys']),
      tool('delete_keys', ['manage:api_keys'], { risk: 'destructive' }),
      tool('maybe_secret', ['read:api_keys'], {
        alsoNeeds: async (args) => {
          asked.push('maybe_secret')
          return (args as { secret?: unknown } | undefined)?.secret === true
            ? ['manage:api_keys:test']
            : []
        },
      }),
      tool('undecided', ['openid'], {
        alsoNeeds: () => {
          throw new RangeError('canary: what went wrong')
        },
      }),
      tool('undecided_later', ['openid'], {
        alsoNeeds: async () => {
          await Promise.resolve()
          throw new RangeError('canary: what went wrong')
        },
      }),
      defineTool({
        ...described('role'),
        toolset: 'test',
        risk: 'read',
        scopes: ['openid'],
        input: z.strictObject({}),
        run: () => Promise.reject(new ToolError('forbidden', 'Not with your role.')),
      }),
    ],
    resources: ['open', 'mail'].map((name) =>
      defineResource({
        ...described(name),
        uri: `test://${name}`,
        scopes: [name === 'open' ? 'openid' : 'email'],
        read: () => noted(`resource ${name}`),
      }),
    ),
    templates: [
      defineResourceTemplate({
        ...described('mails'),
        uriTemplate: 'test://mails/{id}',
        scopes: ['email'],
        complete: { id: (value) => [value, String(ran.push('complete mails'))] },
        read: () => noted('template mails'),
      }),
    ],
    prompts: [
      definePrompt({
        ...described('open'),
        scopes: ['openid'],
        args: z.object({ id: completable(z.string(), (value) => [value]) }),
        get: async () => ({ messages: [] }),
      }),
      definePrompt({
        ...described('mail'),
        scopes: ['email'],
        get: async () => ({ messages: [], description: String(ran.push('prompt mail')) }),
      }),
    ],
    ...options,
  })
  const send = async (era: Era, method: string, params: object, scope: string, mint = {}) =>
    fixture.send('/mcp', rpc(era, method, params as never, await fixture.token({ scope, ...mint })))
  const call = (era: Era, name: string, scope: string, args: object = {}, mint = {}) =>
    send(era, 'tools/call', { name, arguments: args }, scope, mint)
  return { fixture, ran, asked, send, call }
}

/** A challenge, without what differs from one request to the next. */
export async function refusal(response: Response) {
  const { request_id, explanation, ...body } = (await response.json()) as Record<string, unknown>
  expect(request_id).toBe(response.headers.get('x-request-id') as string)
  expect(explanation).toContain(String(request_id))
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    cache: response.headers.get('cache-control'),
    body,
  }
}
/** What a request without the scopes is answered. */
export const refused = (scope: string) => ({
  status: 403,
  challenge: f1(scope),
  cache: 'no-store',
  body: {
    error: 'insufficient_scope',
    error_description: ERRORS.insufficient_scope.sentence,
    scope,
  },
})

/** A POST of several calls, as revision 2025-03-26 has them. */
export async function batch(fixture: Fixture, names: readonly string[], scope: string) {
  const token = await fixture.token({ scope })
  const request = rpc('legacy', 'tools/call', {}, token, { 'MCP-Protocol-Version': '2025-03-26' })
  const messages = names.map((name, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: {} },
  }))
  return { ...request, body: JSON.stringify(messages) }
}
