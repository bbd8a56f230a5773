/**
 * `/secrets/:id`: the page, and what its script asks for. Whether an id exists is nobody's business
 * until they have signed in, and then only its owner's: to anyone else it is unknown.
 */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { errorKind } from '../../errors.ts'
import { createReadJson } from '../../mcp/body.ts'
import { bearerCredentials } from '../../oauth/credentials.ts'
import type { KeySource } from '../../oauth/keys.ts'
import type { Refusal } from '../../oauth/refusal.ts'
import type { Person } from '../../oauth/session-claims.ts'
import { createVerifySession, sessionPolicy } from '../../oauth/session-verify.ts'
import type { Log } from '../../observe/log.ts'
import { StoreUnavailable } from '../../store/patience.ts'
import { commonHeaders } from '../headers.ts'
import { type OneTimeSecrets, SECRET_PATH, type Withheld } from './one-time-secrets.ts'
import { secretDocument, secretHeaders } from './secret-document.ts'
import type { Revealed, SecretRequest } from './secret-message.ts'

/** What the page is served with. */
export interface SecretsPageOptions {
  readonly secrets: OneTimeSecrets
  /** Those access tokens are verified with: one key signs both. */
  readonly keys: KeySource
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: Log
}

interface Variables {
  /** Set by an earlier middleware, if any; appears in log lines. */
  requestId?: string
}

/** Why a request of the page gets nothing. */
type Denial =
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'body_too_slow'
  | 'body_too_large'
  | 'not_json'
  | 'too_many_requests'
  | 'unavailable'

const STATUS = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  body_too_slow: 408,
  body_too_large: 413,
  not_json: 415,
  too_many_requests: 429,
  unavailable: 503,
} as const satisfies Record<Denial, number>

/** Seconds until it is worth asking again. */
const RETRY_AFTER: Partial<Record<Denial, string>> = { too_many_requests: '60', unavailable: '5' }

/** Characters of one secret: a private key with its certificates fits. */
const MAX_SECRET = 32 * 1024
const MAX_VALUES = 8

const message: z.ZodType<SecretRequest> = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('describe') }),
  z.strictObject({ action: z.literal('reveal') }),
  z.strictObject({
    action: z.literal('submit'),
    values: z
      .record(z.string().max(64), z.string().max(MAX_SECRET))
      .refine((values) => Object.keys(values).length <= MAX_VALUES),
  }),
])

/**
 * The routes of the page. `GET` and `HEAD` serve it and never use anything up, so a link preview
 * cannot. `POST` takes a {@link SecretRequest} with a Stytch session JWT as bearer token; its answers
 * are {@link Description}, {@link Revealed}, {@link Submitted} or `{ "error": … }`. No cookie is read, so
 * there is nothing for another site to ride on. Any other method is 405.
 */
export function secretsPage(config: Config, options: SecretsPageOptions): Hono {
  const { secrets, keys, now, log } = options
  const readJson = createReadJson()
  const verify = createVerifySession({ keys, policy: sessionPolicy(config), now })
  const headers = { ...commonHeaders(config), 'Cache-Control': 'no-store' }
  const app = new Hono<{ Variables: Variables }>()

  function deny(c: Context, error: Denial): Response {
    const retry = RETRY_AFTER[error]
    return c.json({ error }, STATUS[error], {
      ...headers,
      ...(retry === undefined ? {} : { 'Retry-After': retry }),
      ...(error === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer realm="session"' } : {}),
    })
  }

  function unsigned(c: Context, { code, expected, actual }: Refusal): Response {
    const { level, hint } = errorKind(code)
    const request_id = c.get('requestId')
    log(level, 'secret page: no session', { request_id, code, expected, actual, hint })
    return deny(c, code === 'verification_unavailable' ? 'unavailable' : 'unauthenticated')
  }

  /** Another person's secret is as unknown as one that never was; only the operator hears of it. */
  function withhold(c: Context, { reason }: Withheld): Response {
    if (reason === 'foreign') {
      const request_id = c.get('requestId')
      log('warn', 'secret page: not the owner', { request_id })
    }
    return deny(c, 'not_found')
  }

  async function answer(c: Context, person: Person, asked: SecretRequest): Promise<Response> {
    const id = c.req.param('id') ?? ''
    switch (asked.action) {
      case 'describe': {
        const found = await secrets.describe(person, id)
        return found.ok ? c.json(found.answer, 200, headers) : withhold(c, found)
      }
      case 'reveal': {
        const found = await secrets.reveal(person, id)
        if (!found.ok) return withhold(c, found)
        return c.json({ value: found.answer } satisfies Revealed, 200, headers)
      }
      case 'submit': {
        const found = await secrets.submit(person, id, asked.values)
        if (!found.ok) return withhold(c, found)
        if (found.answer === 'mismatch') return deny(c, 'bad_request')
        return c.json(found.answer, 200, headers)
      }
    }
  }

  app.get(SECRET_PATH, (c) => c.html(secretDocument(config), 200, secretHeaders(config)))

  app.post(SECRET_PATH, async (c) => {
    if (!fromThePage(c.req.raw, config)) return deny(c, 'forbidden')
    if (!isJson(c.req.header('content-type'))) return deny(c, 'not_json')

    const credentials = bearerCredentials(c.req.raw)
    if (!credentials.ok) return unsigned(c, credentials)
    const session = await verify(credentials.token)
    if (!session.ok) return unsigned(c, session)
    if (!(await secrets.admit(session.person))) return deny(c, 'too_many_requests')

    const body = await readJson(c.req.raw)
    if (!body.ok) return deny(c, BODY_DENIALS[body.status])
    const asked = message.safeParse(body.value)
    return asked.success ? answer(c, session.person, asked.data) : deny(c, 'bad_request')
  })

  app.onError((error, c) => {
    if (!(error instanceof StoreUnavailable)) throw error
    log('error', 'secret page: no store', { request_id: c.get('requestId') })
    return deny(c, 'unavailable')
  })
  app.all(SECRET_PATH, (c) =>
    c.text('Method not allowed\n', 405, { ...headers, Allow: 'GET, HEAD, POST' }),
  )
  return app as unknown as Hono
}

const BODY_DENIALS = { 400: 'bad_request', 408: 'body_too_slow', 413: 'body_too_large' } as const

/**
 * Whether the page itself asks. Browsers name the origin of every POST and no script can forge it; a
 * request without one is not from a browser, and this is for people.
 */
function fromThePage({ headers }: Request, { publicUrl }: Config): boolean {
  const site = headers.get('sec-fetch-site') ?? 'same-origin'
  return headers.get('origin') === publicUrl && site === 'same-origin'
}

/** The one type a form of another site cannot send. */
function isJson(contentType = ''): boolean {
  return /^application\/json *(?:; *charset=utf-8 *)?$/i.test(contentType)
}
