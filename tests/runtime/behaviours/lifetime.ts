/** How it ends. Nothing can be asked of a server afterwards, so this comes last. */
import { expect } from 'bun:test'
import { rpc } from '../../support/mcp.ts'
import { type EventStream, initialize, readEvents } from '../../support/session-client.ts'
import { type Group, until, WHOAMI } from './behaviour.ts'

/** Milliseconds from the answer to the end; less than the server gives itself to end by force. */
const PROMPTLY = 4_000

/** The last message of a stream that ends in an orderly way; a cut connection is an error. */
const end = async (stream: EventStream) => (await stream.rest()).at(-1)

export const lifetime: Group = {
  title: 'The end',
  behaviours: [
    {
      title:
        'Asked to end (SIGTERM), it ends its streams, answers the call in flight, and exits with 0',
      eras: ['legacy'],
      sessions: true,
      without: { workerd: 'Cloudflare ends isolates, and lets requests finish first.' },
      async holds({ server, send, token, knob, asked }) {
        const bearer = await token()
        const opened = await send(rpc('legacy', 'initialize', initialize(), bearer))
        await opened.text()
        const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') as string }

        const { headers } = rpc('legacy', 'ping', {}, bearer, session)
        const listening = readEvents(await send({ headers: headers as Record<string, string> }))
        await listening.begin()
        const filter = { notifications: { toolsListChanged: true } }
        const subscription = rpc('modern', 'subscriptions/listen', filter, bearer)
        const subscribed = readEvents(await send(subscription))
        await subscribed.next()
        // The tool waits for Local Stytch, and Local Stytch for us.
        await knob('faults', { faults: [{ at: 'userinfo', kind: 'hang' }] })
        const calling = readEvents(await send(rpc('legacy', 'tools/call', WHOAMI, bearer, session)))
        await calling.begin()
        await until(async () =>
          (await asked()).find(
            ({ path, status }) => path.endsWith('/userinfo') && status === undefined,
          ),
        )

        const exited = server.terminate()
        expect(await end(listening)).toBeUndefined()
        expect((await end(subscribed))?.result).toMatchObject({ resultType: 'complete' })
        const late = send(rpc('modern', 'tools/list', {}, bearer))
        // On a connection it still has, or on one it does not accept.
        expect(
          await late.then(
            ({ status }) => status,
            () => 'no connection',
          ),
        ).toBeOneOf([503, 'no connection'])

        await knob('faults', { faults: [] })
        const answered = performance.now()
        expect((await end(calling))?.result).toMatchObject({
          structuredContent: expect.any(Object),
        })
        expect(await exited).toBe(0)
        expect(performance.now() - answered).toBeLessThan(PROMPTLY)
      },
    },
  ],
}
