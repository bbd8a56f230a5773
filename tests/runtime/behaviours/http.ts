/** What HTTP itself asks of the endpoint. */
import { expect } from 'bun:test'
import { answer, type Era, rpc } from '../../support/mcp.ts'
import { speak } from '../../support/raw-http.ts'
import { type Behaviour, EITHER, type Group, type Subject } from './behaviour.ts'

const BOTH: readonly Era[] = ['legacy', 'modern']
const MEBIBYTE = 1024 * 1024

/** A good request that is changed is refused. */
const answered = (
  title: string,
  status: number,
  change: (init: RequestInit) => RequestInit,
): Behaviour => ({
  title,
  eras: BOTH,
  async holds({ send, token }, era) {
    const response = await send(change(rpc(era, 'tools/list', {}, await token())))
    await response.text()
    expect(response.status).toBe(status)
  },
})

const withHeaders =
  (headers: Record<string, string>) =>
  (init: RequestInit): RequestInit => ({
    ...init,
    headers: { ...(init.headers as object), ...headers },
  })

/** A body without a length: it comes in chunks. */
function inChunks(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const size = 64 * 1024
  let at = 0
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at + size))
      at += size
      if (at >= bytes.length) controller.close()
    },
  })
}

async function method({ send, token }: Subject, name: string): Promise<Response> {
  return send({
    method: name,
    headers: { Authorization: `Bearer ${await token()}`, Accept: 'text/event-stream' },
  })
}

export const http: Group = {
  title: 'HTTP',
  behaviours: [
    {
      title: 'GET, PUT and DELETE without sessions: 405 that says what is allowed',
      eras: EITHER,
      async holds(subject) {
        for (const name of ['GET', 'PUT', 'DELETE']) {
          const response = await method(subject, name)
          await response.text()
          expect([name, response.status]).toEqual([name, 405])
          expect(response.headers.get('allow')).toBe('POST, OPTIONS')
        }
      },
    },
    answered('A body of another type: 415', 415, withHeaders({ 'Content-Type': 'text/plain' })),
    answered('An answer of another type is wanted: 406', 406, withHeaders({ Accept: 'text/html' })),
    answered('More than a mebibyte: 413', 413, (init) => ({
      ...init,
      body: (init.body as string) + ' '.repeat(MEBIBYTE),
    })),
    {
      title: 'More than a mebibyte in chunks: 413, before they end',
      eras: BOTH,
      async holds({ server, token }, era) {
        const { headers } = rpc(era, 'tools/list', {}, await token())
        const lines = Object.entries({ Host: new URL(server.url).host, ...(headers as object) })
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        const chunk = `${(2 * MEBIBYTE).toString(16)}\r\n${' '.repeat(2 * MEBIBYTE)}\r\n`
        const { responses } = await speak(
          server.url,
          `POST /mcp HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`,
        )
        expect(responses.map(({ status }) => status)).toEqual([413])
      },
    },
    answered('A good body in chunks is read', 200, (init) => ({
      ...init,
      body: inChunks(init.body as string),
    })),
    {
      title: 'A body that is not JSON, or not UTF-8: 400, −32700',
      eras: BOTH,
      async holds({ send, token }, era) {
        const init = rpc(era, 'tools/list', {}, await token())
        for (const body of ['{', new Uint8Array([0x22, 0xff, 0x22])]) {
          const response = await send({ ...init, body })
          expect(response.status).toBe(400)
          expect((await answer(response)).error?.code).toBe(-32700)
        }
      },
    },
    {
      title: 'A page of another origin: 403; its preflight allows nothing',
      eras: BOTH,
      async holds({ ask, send }, era) {
        const Origin = 'https://evil.example'
        expect((await ask(era, 'tools/list', {}, { headers: { Origin } })).status).toBe(403)
        const preflight = await send({
          method: 'OPTIONS',
          headers: { Origin, 'Access-Control-Request-Method': 'POST' },
        })
        expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
      },
    },
    {
      title: 'A page of its own origin is served, and told what it may read',
      eras: BOTH,
      async holds({ ask, server }, era) {
        const response = await ask(era, 'tools/list', {}, { headers: { Origin: server.url } })
        expect(response.status).toBe(200)
        expect(response.headers.get('access-control-allow-origin')).toBe(server.url)
        expect(response.headers.get('vary')).toContain('Origin')
      },
    },
    {
      title: 'Another host name: 403',
      eras: BOTH,
      async holds({ ask }, era) {
        const response = await ask(era, 'tools/list', {}, { headers: { Host: 'evil.example' } })
        expect(response.status).toBe(403)
      },
    },
    {
      title: 'A path that is not there: 404; one that is spelled in another way, too',
      eras: BOTH,
      async holds({ send, token }, era) {
        const init = rpc(era, 'tools/list', {}, await token())
        for (const path of ['/nothing', '/MCP', '/%6dcp']) {
          const response = await send(init, path)
          await response.text()
          expect([path, response.status]).toEqual([path, 404])
        }
      },
    },
  ],
}
