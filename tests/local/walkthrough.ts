/**
 * What a browser and an MCP client say to Local Stytch, step by step, so each test can bend one step.
 * Everything goes through `fetch`; no port is opened and the clock is the test's.
 */
import { sha256 } from '../../src/local/digest.ts'
import { createLocalStytch, type LocalStytchOptions, type Mail } from '../../src/local/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read answers as loosely as a foreign client would
export type Json = any

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json: Json
}

/** The page that serves the consent component. */
export const PAGE = 'http://localhost:3000'
export const REDIRECT = 'http://127.0.0.1:33418/callback'
export const VERIFIER = 'verifier-of-at-least-forty-three-characters-0123'
export const CHALLENGE = await sha256(VERIFIER)
export const START = Date.parse('2026-11-22T12:00:00Z')

export type Walkthrough = ReturnType<typeof walkthrough>

/** @returns a fresh Local Stytch whose clock only moves when told to, and steps to take with it */
export function walkthrough(options: LocalStytchOptions = {}) {
  let time = START
  const mail: Mail[] = []
  const faults: unknown[] = []
  const local = createLocalStytch({
    now: () => time,
    onMail: (sent) => mail.push(sent),
    onFault: (error) => faults.push(error),
    ...options,
  })

  async function send(path: string, init: RequestInit = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : `${local.url}${path}`
    const response = await local.fetch(new Request(url, init))
    const text = await response.text()
    if (faults.length > 0) throw faults[0]
    return { status: response.status, headers: response.headers, json: text && JSON.parse(text) }
  }

  const get = (path: string, headers: Record<string, string> = {}) => send(path, { headers })

  const postJson = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })

  const postForm = (
    path: string,
    body: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
  ) => send(path, { method: 'POST', body: new URLSearchParams(body), headers })

  /** One call of the browser SDK, signed in when a session token is given. */
  const sdk = (path: string, body: unknown = {}, sessionToken = local.publicToken) =>
    postJson(`/sdk/v1${path}`, body, {
      origin: PAGE,
      authorization: `Basic ${btoa(`${local.publicToken}:${sessionToken}`)}`,
    })

  async function signIn(email = 'ada@example.com', password = 'local-stytch'): Promise<string> {
    const answer = await sdk('/passwords/authenticate', {
      email,
      password,
      session_duration_minutes: 60,
    })
    return answer.json.data.session_token
  }

  async function register(metadata: Json = {}): Promise<Json> {
    const body = { client_name: 'Test client', redirect_uris: [REDIRECT], ...metadata }
    return (await postJson('/v1/oauth2/register', body)).json
  }

  const authorization = (clientId: string, changes: Json = {}) => ({
    client_id: clientId,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scopes: ['openid', 'email', 'profile', 'offline_access'],
    code_challenge: CHALLENGE,
    state: 'state-1',
    ...changes,
  })

  const submit = (session: string, clientId: string, changes: Json = {}) =>
    sdk(
      '/idp/oauth/authorize/submit',
      { ...authorization(clientId, changes), consent_granted: changes.consent_granted ?? true },
      session,
    )

  /** A code for a client, with consent given. */
  async function code(clientId: string, changes: Json = {}): Promise<string> {
    const answer = await submit(await signIn(), clientId, changes)
    return answer.json.data.authorization_code
  }

  const exchange = (
    clientId: string,
    authorizationCode: string,
    changes: Record<string, string> = {},
  ) =>
    postForm('/v1/oauth2/token', {
      grant_type: 'authorization_code',
      client_id: clientId,
      code: authorizationCode,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      ...changes,
    })

  const refresh = (clientId: string, token: string, changes: Record<string, string> = {}) =>
    postForm('/v1/oauth2/token', {
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: token,
      ...changes,
    })

  /** The whole dance for a new public client. */
  async function tokens(changes: Json = {}): Promise<{ clientId: string; tokens: Json }> {
    const { client_id: clientId } = await register()
    const answer = await exchange(clientId, await code(clientId, changes))
    return { clientId, tokens: answer.json }
  }

  const introspect = (clientId: string, token: string) =>
    postForm('/v1/oauth2/introspect', { client_id: clientId, token })

  const userinfo = (token: string) =>
    get('/v1/oauth2/userinfo', { authorization: `Bearer ${token}` })

  return {
    local,
    mail,
    advance: (seconds: number) => {
      time += seconds * 1000
    },
    send,
    get,
    postJson,
    postForm,
    sdk,
    signIn,
    register,
    authorization,
    submit,
    code,
    exchange,
    refresh,
    tokens,
    introspect,
    userinfo,
  }
}

/** Query parameters of the URL the browser was told to go to. */
export function redirected(answer: Answer): URLSearchParams {
  return new URL(answer.json.data.redirect_uri).searchParams
}
