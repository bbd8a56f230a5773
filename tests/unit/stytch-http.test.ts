import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import type { FailureKind } from '../../src/stytch/failure.ts'
import type { Attempt } from '../../src/stytch/http.ts'
import {
  createManagement,
  ManagementError,
  type ManagementOptions,
} from '../../src/stytch/management.ts'
import {
  type Answering,
  hang,
  LEAK,
  REQUEST_ID,
  recordingFetch,
  refuseConnection,
  stytchAnswer,
  stytchRefusal,
} from '../support/recording-fetch.ts'

const SECRET = 'workspace-secret-of-the-test'
const WHERE = { project: 'proj', environment: 'env' }
const PROJECT = { project_slug: 'proj', name: 'Proj', vertical: 'CONSUMER' }
const NOW = Date.parse('2026-11-22T12:00:00Z')

/** A client in front of scripted answers; pauses are counted, not waited for. */
function client(answer: Answering | readonly Answering[], more: Partial<ManagementOptions> = {}) {
  const recording = recordingFetch(answer)
  const pauses: number[] = []
  const attempts: Attempt[] = []
  const management = createManagement({
    baseUrl: 'https://management.stytch.com',
    keyId: 'workspace-key-test-1',
    keySecret: SECRET,
    fetch: recording.fetch,
    now: () => NOW,
    random: () => 0.5,
    pause: async (ms) => void pauses.push(ms),
    onAnswer: (attempt) => attempts.push(attempt),
    ...more,
  })
  return { management, pauses, attempts, sent: recording.sent }
}

type Client = ReturnType<typeof client>
const read = ({ management }: Client, signal?: AbortSignal) =>
  management.projects.get('proj', { signal })
const write = ({ management }: Client, signal?: AbortSignal) =>
  management.projects.update('proj', { name: 'New' }, { signal })

async function failure(asking: Promise<unknown>): Promise<ManagementError> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ManagementError)
  return error as ManagementError
}

const json = (body: string, init: ResponseInit = {}) =>
  new Response(body, { headers: { 'Content-Type': 'application/json' }, ...init })

describe('a request', () => {
  test('has the key, asks for JSON and follows no redirect', async () => {
    const one = client(() => stytchAnswer({ project: PROJECT }))
    await read(one)
    expect(one.sent).toHaveLength(1)
    const [sent] = one.sent
    expect(sent?.headers.get('authorization')).toBe(
      `Basic ${btoa(`workspace-key-test-1:${SECRET}`)}`,
    )
    expect(sent?.headers.get('accept')).toBe('application/json')
    expect(sent?.headers.has('content-type')).toBe(false)
    expect(sent?.redirect).toBe('manual')
  })

  test('with a body says it is JSON', async () => {
    const one = client(() => stytchAnswer({ project: PROJECT }))
    await write(one)
    expect(one.sent[0]?.headers.get('content-type')).toBe('application/json')
    expect(one.sent[0]?.body).toEqual({ name: 'New' })
  })
})

describe('E-G26 an answer that is not one', () => {
  const oneMiB = ' '.repeat(1024 * 1024)
  const WRONG: Record<string, Answering> = {
    'HTML with status 200': () =>
      new Response(`<p>${LEAK}</p>`, { headers: { 'Content-Type': 'text/html' } }),
    'JSON called text': () =>
      new Response(JSON.stringify({ request_id: REQUEST_ID, project: PROJECT }), {
        headers: { 'Content-Type': 'text/plain' },
      }),
    'JSON of no type': () => {
      const body = JSON.stringify({ request_id: REQUEST_ID, project: PROJECT })
      return new Response(new TextEncoder().encode(body))
    },
    'invalid JSON': () => json(`{"project": ${LEAK}`),
    'an empty body': () => json(''),
    'a list': () => json('[]'),
    null: () => json('null'),
    'more than 4 MiB': () =>
      json(JSON.stringify({ request_id: REQUEST_ID, project: PROJECT }) + oneMiB.repeat(4)),
    'no request id': () => json(JSON.stringify({ project: PROJECT })),
    'a request id that is a sentence': () =>
      json(JSON.stringify({ request_id: `see ${LEAK}`, project: PROJECT })),
    'another status inside': () =>
      json(JSON.stringify({ request_id: REQUEST_ID, status_code: 404, project: PROJECT })),
    'status 202': () => stytchAnswer({ project: PROJECT }, 202),
    'no content': () => new Response(null, { status: 204 }),
    'a redirect': () =>
      new Response(null, { status: 302, headers: { Location: 'https://evil.test' } }),
    'a redirect with the object': () => stytchAnswer({ project: PROJECT }, 301),
    'another object': () => stytchAnswer({ project: { ...PROJECT, project_slug: 'other' } }),
    'another shape': () => stytchAnswer({ project: { ...PROJECT, name: 5 } }),
    'no object': () => stytchAnswer(),
    'a 404 that is not of Stytch': () => new Response(LEAK, { status: 404 }),
    'a 404 in another form': () => json(JSON.stringify({ error: LEAK }), { status: 404 }),
    'a route Stytch does not have': () => stytchRefusal(404, 'route_not_found'),
    'a method Stytch does not have': () => stytchRefusal(405, 'method_not_allowed'),
  }

  test.each(Object.entries(WRONG))('%s is not trusted, and a write says so', async (_, answer) => {
    const one = client(answer)
    const ofRead = await failure(read(one))
    expect(ofRead).toMatchObject({ kind: 'unexpected', mayHaveHappened: false })
    const ofWrite = await failure(write(one))
    expect(ofWrite).toMatchObject({ kind: 'unexpected', mayHaveHappened: true })
    expect(one.sent).toHaveLength(2)
    for (const error of [ofRead, ofWrite]) {
      const shown = inspect(error, { depth: 9 }) + error.stack + JSON.stringify(error)
      expect(shown).not.toContain(LEAK)
    }
  })

  test('of exactly 4 MiB is read', async () => {
    const body = JSON.stringify({ request_id: REQUEST_ID, project: PROJECT })
    const padded = body + ' '.repeat(4 * 1024 * 1024 - body.length)
    expect(await read(client(() => json(padded)))).toEqual(PROJECT)
  })

  test('without end is not read to it', async () => {
    let pulled = 0
    let cancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(1024 * 1024))
      },
      cancel() {
        cancelled = true
      },
    })
    const answer = new Response(endless, { headers: { 'Content-Type': 'application/json' } })
    expect(await failure(read(client(() => answer)))).toMatchObject({ kind: 'unexpected' })
    expect(pulled).toBeLessThan(10)
    expect(cancelled).toBe(true)
  })
})

describe('D5.09 a refusal', () => {
  /** Status, `error_type`, kind, and whether the type is passed on. */
  const REFUSALS: readonly (readonly [number, string, FailureKind, boolean])[] = [
    [400, 'invalid_argument', 'invalid', true],
    [400, 'duplicate_redirect_url', 'conflict', true],
    [400, 'too_many_secrets', 'conflict', true],
    [400, 'unable_to_delete_last_public_token', 'conflict', true],
    [400, 'redirect_url_not_found', 'not_found', true],
    [400, 'someone_is_new_here', 'invalid', false],
    [400, 'duplicate_something_new', 'conflict', false],
    [400, 'project_slug_already_used', 'conflict', false],
    [400, LEAK, 'invalid', false],
    [401, 'unauthorized_credentials', 'unauthorised', true],
    [403, 'unauthorized_action', 'forbidden', true],
    [404, 'project_not_found', 'not_found', true],
    [404, 'something_new_not_found', 'not_found', false],
    [409, 'something_new', 'conflict', false],
    [413, 'request_too_large', 'invalid', false],
    [422, 'bad_request', 'invalid', true],
  ]

  test.each(REFUSALS)('%i %s is %s', async (status, errorType, kind, known) => {
    const one = client(() => stytchRefusal(status, errorType))
    for (const ask of [read, write]) {
      const error = await failure(ask(one))
      expect(error).toMatchObject({ kind, requestId: REQUEST_ID, mayHaveHappened: false })
      expect(error.errorType).toBe(known ? errorType : undefined)
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
      expect(shown).not.toContain(LEAK)
      expect(shown).not.toContain(SECRET)
    }
    expect(one.sent).toHaveLength(2)
    expect(one.pauses).toEqual([])
  })

  test('E-G27 of our own key is no 401 of the caller', async () => {
    const error = await failure(read(client(() => stytchRefusal(401, 'unauthorized_credentials'))))
    expect(error.kind).toBe('unauthorised')
    expect(Object.values(error)).not.toContain(401)
    expect(error.message).toBe('Stytch does not accept the credentials of this server.')
  })
})

describe('D2.09 a read', () => {
  const GOOD: Answering = () => stytchAnswer({ project: PROJECT })
  const PASSING: Record<string, Answering> = {
    'no connection': refuseConnection,
    'a 500 of Stytch': () => stytchRefusal(500, 'internal_server_error'),
    'a 502 of something else': () => new Response(LEAK, { status: 502 }),
    'a 503': () => new Response(LEAK, { status: 503 }),
    'an answer that breaks off': () => {
      const broken = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"project"')),
        pull: (controller) => controller.error(new Error(LEAK)),
      })
      return new Response(broken, { headers: { 'Content-Type': 'application/json' } })
    },
  }

  test.each(Object.entries(PASSING))('after %s is asked again, twice', async (_, answer) => {
    const recovered = client([answer, answer, GOOD])
    expect(await read(recovered)).toEqual(PROJECT)
    expect(recovered.sent).toHaveLength(3)
    expect(recovered.pauses).toEqual([125, 250])

    const failing = client(answer)
    const error = await failure(read(failing))
    expect(error).toMatchObject({ kind: 'unavailable', mayHaveHappened: false })
    expect(failing.sent).toHaveLength(3)
    expect(inspect(error, { depth: 9 }) + error.stack).not.toContain(LEAK)
  })

  test('that hangs fails in its time, and is not repeated', async () => {
    const one = client(hang, { timeout: 20 })
    expect(await failure(read(one))).toMatchObject({ kind: 'timeout', mayHaveHappened: false })
    expect(one.sent).toHaveLength(1)
  })

  test('whose body hangs fails in its time', async () => {
    const answer: Answering = (_, signal) => {
      const stalled = new ReadableStream({
        start: (controller) =>
          signal.addEventListener('abort', () => controller.error(signal.reason)),
      })
      return new Response(stalled, { headers: { 'Content-Type': 'application/json' } })
    }
    expect(await failure(read(client(answer, { timeout: 20 })))).toMatchObject({ kind: 'timeout' })
  })

  test('has ten seconds, unless set otherwise', async () => {
    const { timeout } = AbortSignal
    const given: number[] = []
    AbortSignal.timeout = (ms) => {
      given.push(ms)
      return timeout.call(AbortSignal, ms)
    }
    try {
      await read(client(GOOD))
    } finally {
      AbortSignal.timeout = timeout
    }
    expect(given).toEqual([10_000])
  })

  test.each([
    ['0', 125],
    ['2', 2_125],
    ['5', 5_125],
    [new Date(NOW + 3_000).toUTCString(), 3_125],
    [new Date(NOW - 3_000).toUTCString(), 125],
    ['soon', 125],
    ['-3', 125],
  ])('told to come back after %s does so after %i ms', async (retryAfter, wait) => {
    const limited = () =>
      stytchRefusal(429, 'too_many_requests', { 'Retry-After': String(retryAfter) })
    const one = client([limited, GOOD])
    expect(await read(one)).toEqual(PROJECT)
    expect(one.pauses).toEqual([wait as number])
  })

  test.each([
    ['6', 6],
    ['120', 120],
    ['999999999999999999999', 86_400],
    [new Date(NOW + 60_500).toUTCString(), 60],
  ])('told to come back after %s reports it instead', async (retryAfter, seconds) => {
    const limited = () =>
      new Response(LEAK, { status: 429, headers: { 'Retry-After': retryAfter } })
    const one = client(limited)
    const error = await failure(read(one))
    expect(error).toMatchObject({ kind: 'rate_limited', retryAfter: seconds })
    expect(one.sent).toHaveLength(1)
    expect(one.pauses).toEqual([])
  })

  test('given up by its caller stops, with the reason of the signal', async () => {
    const controller = new AbortController()
    const one = client((sent, signal) => {
      queueMicrotask(() => controller.abort('done with it'))
      return hang(sent, signal)
    })
    await expect(read(one, controller.signal)).rejects.toBe('done with it')
    expect(one.sent).toHaveLength(1)
    expect(one.pauses).toEqual([])
  })

  test('given up while it pauses asks no more', async () => {
    const controller = new AbortController()
    const one = client(refuseConnection, {
      pause: async () => controller.abort('done with it'),
    })
    await expect(read(one, controller.signal)).rejects.toBe('done with it')
    expect(one.sent).toHaveLength(1)
  })

  test('given up ends the pause of the platform at once', async () => {
    const controller = new AbortController()
    const limited = () => stytchRefusal(429, 'too_many_requests', { 'Retry-After': '5' })
    const one = client(limited, {
      pause: undefined,
      onAnswer: () => queueMicrotask(() => queueMicrotask(() => controller.abort('done with it'))),
    })
    await expect(read(one, controller.signal)).rejects.toBe('done with it')
    expect(one.sent).toHaveLength(1)
  })

  test('given up before it was sent is not sent', async () => {
    const one = client(GOOD)
    await expect(read(one, AbortSignal.abort('too late'))).rejects.toBe('too late')
    await expect(write(one, AbortSignal.abort('too late'))).rejects.toBe('too late')
    expect(one.sent).toEqual([])
  })
})

describe('D2.09 a write', () => {
  const UNKNOWN: Record<string, Answering> = {
    'no connection': refuseConnection,
    'a 500': () => stytchRefusal(500, 'internal_server_error'),
    'a 503': () => new Response(LEAK, { status: 503 }),
    'a 504': () => new Response(LEAK, { status: 504 }),
    'no answer in time': hang,
  }

  test.each(Object.entries(UNKNOWN))(
    'after %s is not repeated, and may have happened',
    async (_, answer) => {
      const one = client(answer, { timeout: 20 })
      const asks: Record<string, (client: Client) => Promise<unknown>> = {
        update: write,
        create: ({ management }) => management.secrets.create(WHERE),
        delete: ({ management }) => management.projects.delete('proj'),
        set: ({ management }) => management.rbacPolicy.set(WHERE, {}),
      }
      for (const ask of Object.values(asks)) {
        const error = await failure(ask(one))
        expect(error).toMatchObject({ kind: 'outcome_unknown', mayHaveHappened: true })
        expect(error.message).toContain('may or may not have been made')
      }
      expect(one.sent).toHaveLength(4)
      expect(one.pauses).toEqual([])
    },
  )

  test('that is limited did not happen, and is not repeated', async () => {
    const one = client(() => stytchRefusal(429, 'too_many_requests', { 'Retry-After': '1' }))
    expect(await failure(write(one))).toMatchObject({
      kind: 'rate_limited',
      retryAfter: 1,
      mayHaveHappened: false,
    })
    expect(one.sent).toHaveLength(1)
  })

  test('given up by its caller may have happened', async () => {
    const controller = new AbortController()
    const one = client((sent, signal) => {
      queueMicrotask(() => controller.abort('done with it'))
      return hang(sent, signal)
    })
    const error = await failure(write(one, controller.signal))
    expect(error).toMatchObject({ kind: 'outcome_unknown', mayHaveHappened: true })
  })

  test('whose body cannot be written as JSON is not sent', async () => {
    const one = client(() => stytchAnswer({ project: PROJECT }))
    const circular: Record<string, unknown> = {}
    circular.name = circular
    await expect(one.management.projects.update('proj', circular)).rejects.toThrow(TypeError)
    expect(one.sent).toEqual([])
  })
})

describe('the audit', () => {
  test('hears of every attempt: what, status, id and time, and no more', async () => {
    const times = [0, 30, 100, 170]
    const answers: Answering[] = [refuseConnection, () => stytchAnswer({ project: PROJECT })]
    const one = client(answers, { now: () => NOW + (times.shift() ?? 170) })
    await read(one)
    const common = { operation: 'projects.get', method: 'GET' } as const
    expect(one.attempts).toEqual([
      { ...common, status: 0, requestId: undefined, ms: 30 },
      { ...common, status: 200, requestId: REQUEST_ID, ms: expect.any(Number) },
    ])
  })

  test('hears of refusals and of foreign answers', async () => {
    const one = client([
      () => stytchRefusal(404, 'project_not_found'),
      () => new Response(LEAK, { status: 418 }),
    ])
    await failure(write(one))
    await failure(write(one))
    expect(one.attempts.map(({ status, requestId }) => [status, requestId])).toEqual([
      [404, REQUEST_ID],
      [418, undefined],
    ])
    expect(JSON.stringify(one.attempts)).not.toContain(LEAK)
  })
})
