/**
 * The page's only conversation with this server: what is behind the link in the address bar, asked with
 * the session of whoever is signed in.
 */
import type {
  Description,
  Revealed,
  SecretRequest,
  Submitted,
} from '../../src/web/secrets/secret-message.ts'
import { SUBMIT_PATIENCE, within } from '../shared.ts'
import type { Client } from '../stytch/client.ts'
import type { Trouble } from './troubles.ts'

/** What came of a question. */
export type Reply<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly trouble: Trouble }

/** What can be asked. Nothing throws. */
export interface Desk {
  describe(): Promise<Reply<Description>>
  /** Uses the link up. */
  reveal(): Promise<Reply<Revealed>>
  submit(values: Readonly<Record<string, string>>): Promise<Reply<Submitted>>
}

const TROUBLES: Readonly<Record<number, Trouble>> = {
  401: 'session_refused',
  404: 'gone',
  429: 'too_many_requests',
}

/** Opens the desk for the link this page was opened with. */
export function createDesk(client: Client): Desk {
  async function ask<T>(message: SecretRequest): Promise<Reply<T>> {
    try {
      const response = await within(SUBMIT_PATIENCE, send(client, message))
      return response.ok
        ? { ok: true, answer: (await response.json()) as T }
        : { ok: false, trouble: TROUBLES[response.status] ?? 'failed' }
    } catch {
      return { ok: false, trouble: 'no_answer' }
    }
  }
  return {
    describe: () => ask({ action: 'describe' }),
    reveal: () => ask({ action: 'reveal' }),
    submit: (values) => ask({ action: 'submit', values }),
  }
}

/** A session's JWT lives five minutes and a tab may have slept longer, so one refusal asks for a new one. */
async function send(client: Client, message: SecretRequest): Promise<Response> {
  const response = await post(client, message)
  if (response.status !== 401) return response
  const renewed = await client.session.authenticate().then(
    () => true,
    () => false,
  )
  return renewed ? post(client, message) : response
}

/** No `mode`: under `no-referrer` a browser hides the origin of a POST in every mode but the default. */
function post(client: Client, message: SecretRequest): Promise<Response> {
  return fetch(location.pathname, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${client.session.getTokens()?.session_jwt ?? ''}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(message),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
  })
}
