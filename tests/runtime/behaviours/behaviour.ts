/** What is asked of the server on every runtime, and how a row of it is written down. */

import { ERAS, type Era, rpc } from '../../support/mcp.ts'
import { RUNTIMES, type RuntimeName, type ServerProcess } from '../../support/server-process.ts'

/** Where the server runs: three runtimes it listens on itself, and one that calls it. */
export type Host = RuntimeName | 'workerd'

export const HOSTS: readonly Host[] = [...RUNTIMES, 'workerd']

export const HOST_TITLES: Record<Host, string> = {
  bun: 'Bun',
  node: 'Node.js 20',
  deno: 'Deno',
  workerd: 'workerd',
}

export { ERAS, type Era }

/** One promise. It is kept on every host, or says why it has no meaning there. */
export interface Behaviour {
  readonly title: string
  /** Whether it is looked at in both eras, in one, or where eras do not matter. */
  readonly eras: readonly Era[]
  /** Whether it takes a server with `MCP_SESSIONS=memory`. */
  readonly sessions?: true
  /** Hosts on which there is no such thing, and why; a whole sentence. */
  readonly without?: Partial<Record<Host, string>>
  /** @throws when it is not so */
  readonly holds: (subject: Subject, era: Era) => Promise<void>
}

/** Behaviours that belong together. */
export interface Group {
  readonly title: string
  readonly behaviours: readonly Behaviour[]
}

/** For rows without an era: looked at once, in the requests of the newest. */
export const EITHER: readonly Era[] = ['modern']

/** A running server, and what tests do with it. */
export interface Subject {
  readonly host: Host
  readonly server: ServerProcess
  /** Fetches from the server; the path defaults to that of the MCP endpoint. */
  send(init?: RequestInit, path?: string): Promise<Response>
  /** Sends an MCP request, with a good token of ada's unless told otherwise. */
  ask(era: Era, method: string, params?: Record<string, unknown>, as?: As): Promise<Response>
  /** Mints a token: a good access token of ada's unless told otherwise. */
  token(mint?: Record<string, unknown>): Promise<string>
  /** Turns a knob of Local Stytch: POST `/local/<path>`. */
  knob(path: string, body: object): Promise<Record<string, unknown>>
  /** Requests that reached Local Stytch, oldest first. */
  asked(): Promise<readonly Asked[]>
  /** Whole lines the server has printed so far. */
  lines(): readonly string[]
}

/** What is different about one request. */
export interface As {
  readonly token?: string | undefined
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

/** A request to Local Stytch; without a status it is not answered yet. */
export interface Asked {
  readonly path: string
  readonly status?: number
}

/** What every call of `whoami` says. */
export const WHOAMI = { name: 'whoami', arguments: {} }

/** Prepares a server for its tests. */
export async function subjectOf(host: Host, server: ServerProcess): Promise<Subject> {
  const local = (path: string, init?: RequestInit) =>
    fetch(`${server.localStytch}/local/${path}`, init)
  async function knob(path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { 'Content-Type': 'application/json' }
    const response = await local(path, { method: 'POST', headers, body: JSON.stringify(body) })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`/local/${path}: ${JSON.stringify(answer)}`)
    return answer
  }
  async function token(mint: Record<string, unknown> = {}): Promise<string> {
    const usual = { kind: 'access', user: 'ada@example.com', scope: 'openid email profile' }
    return (await knob('tokens', { ...usual, ...mint })).token as string
  }
  const send = (init: RequestInit = {}, path = '/mcp') => fetch(server.url + path, init)
  const good = await token()
  return {
    host,
    server,
    send,
    ask(era, method, params = {}, as = {}) {
      const bearer = 'token' in as ? as.token : good
      const init = rpc(era, method, params, bearer, as.headers)
      return send(as.signal === undefined ? init : { ...init, signal: as.signal })
    },
    token,
    knob,
    asked: async () => ((await (await local('requests')).json()) as { requests: Asked[] }).requests,
    // What follows the last line end is still on its way.
    lines: () => server.output().split('\n').slice(0, -1),
  }
}

/** Waits until something can be had. What never can, ends the test by its time limit. */
export async function until<T>(have: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await have()
    if (found !== undefined) return found
    await Bun.sleep(10)
  }
}
