/** The protocol, in the revisions of both eras. */
import { expect } from 'bun:test'
import { answer, type Era, rpc } from '../../support/mcp.ts'
import { initialize, withMeta } from '../../support/session-client.ts'
import { type Group, WHOAMI } from './behaviour.ts'

const BOTH: readonly Era[] = ['legacy', 'modern']

export const protocol: Group = {
  title: 'Protocol',
  behaviours: [
    {
      title: '`initialize` settles the revision; there is no session',
      eras: ['legacy'],
      async holds({ ask }) {
        const response = await ask('legacy', 'initialize', initialize())
        expect(response.status).toBe(200)
        expect(response.headers.get('mcp-session-id')).toBeNull()
        const { result } = await answer(response)
        expect(result).toMatchObject({
          protocolVersion: '2025-11-25',
          serverInfo: { name: 'stytch-mcp' },
          capabilities: { tools: expect.any(Object) },
        })
      },
    },
    {
      title: '`server/discover` says what there is',
      eras: ['modern'],
      async holds({ ask }) {
        const { result } = await answer(await ask('modern', 'server/discover'))
        expect(result).toMatchObject({
          supportedVersions: expect.arrayContaining(['2026-07-28']),
          capabilities: { tools: expect.any(Object) },
        })
      },
    },
    {
      title: '`tools/list` lists tools with their schemas',
      eras: BOTH,
      async holds({ ask }, era) {
        const { result } = await answer(await ask(era, 'tools/list'))
        const names = result?.tools?.map(({ name }) => name)
        expect(names).toContain('whoami')
        expect(names?.length).toBeGreaterThan(10)
        for (const tool of result?.tools ?? []) {
          expect(tool.inputSchema).toMatchObject({ type: 'object' })
        }
      },
    },
    {
      title: '`tools/call` answers, in text and as structured content',
      eras: BOTH,
      async holds({ ask, server }, era) {
        const { result } = await answer(await ask(era, 'tools/call', WHOAMI))
        expect(result?.isError).toBeUndefined()
        expect(result?.content?.[0]?.text).toStartWith('Signed in as user-test-')
        expect(result?.structuredContent).toMatchObject({ issuer: server.localStytch })
      },
    },
    {
      title: 'The SDK’s server gives the same answer as the direct path',
      eras: BOTH,
      async holds({ send, token }, era) {
        const init = rpc(era, 'tools/call', WHOAMI, await token())
        const direct = await answer(await send(init))
        // Who asks for progress, asks for a stream.
        const served = await send(withMeta(init, { progressToken: 'p' }))
        expect((await answer(served)).result as object).toEqual(direct.result as object)
      },
    },
    {
      title: 'A tool nobody declared: an error, and nothing runs',
      eras: BOTH,
      async holds({ ask }, era) {
        const unknown = { name: 'no-such-tool', arguments: {} }
        const { result, error } = await answer(await ask(era, 'tools/call', unknown))
        expect(result).toBeUndefined()
        expect(error?.code).toBe(-32602)
      },
    },
    {
      title: 'A method nobody knows: −32601',
      eras: BOTH,
      async holds({ ask }, era) {
        expect((await answer(await ask(era, 'no/such'))).error?.code).toBe(-32601)
      },
    },
    {
      title: 'Arguments that do not fit are told apart from failures',
      eras: BOTH,
      async holds({ ask }, era) {
        const odd = { name: 'whoami', arguments: { surplus: true } }
        const { result, error } = await answer(await ask(era, 'tools/call', odd))
        expect(result?.isError === true || error?.code === -32602).toBe(true)
        expect(JSON.stringify([result, error])).not.toContain('internal_error')
      },
    },
    {
      title: 'A batch: served in revision 2025-03-26, refused in every later one',
      eras: BOTH,
      async holds({ ask, send, token }, era) {
        const batch = async (headers: Record<string, string>) => {
          const init = rpc(era, 'ping', {}, await token(), headers)
          const message = JSON.parse(init.body as string)
          return send({ ...init, body: JSON.stringify([message, { ...message, id: 2 }]) })
        }
        const later = await batch({})
        expect([later.status, (await answer(later)).error?.code]).toEqual([400, -32600])
        if (era === 'modern') return
        const first = await batch({ 'MCP-Protocol-Version': '2025-03-26' })
        expect(first.status).toBe(200)
        const text = await first.text()
        for (const id of [1, 2]) expect(text).toContain(`"id":${id}`)
        expect((await ask(era, 'ping')).status).toBe(200)
      },
    },
    {
      title: 'Twenty requests at once each get their own answer',
      eras: BOTH,
      async holds({ send, token }, era) {
        const bearer = await token()
        const answers = await Promise.all(
          Array.from({ length: 20 }, async (_, each) => {
            const init = rpc(era, 'tools/list', {}, bearer)
            const body = JSON.stringify({
              ...JSON.parse(init.body as string),
              id: `at once ${each}`,
            })
            return (await answer(await send({ ...init, body }))).id
          }),
        )
        expect(answers).toEqual(Array.from({ length: 20 }, (_, each) => `at once ${each}`))
      },
    },
  ],
}
