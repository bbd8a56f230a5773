/**
 * What Stytch puts around every body: `request_id` and `status_code`, and for the browser SDK a
 * `data` wrapper, without which it reads nothing.
 */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { ApiError, type Refusal } from './errors.ts'

/** What a request carries through the app. */
export interface LocalEnv {
  Variables: {
    requestId: string
    /** Why it was refused, for the request log. */
    refusal?: string
    /** More about why, for the request log alone. */
    reason?: string
    /** Kinds of the faults it met, for the request log. */
    faults?: readonly string[]
    /** See {@link imposeHeaders}. */
    imposedHeaders?: Readonly<Record<string, string | null>>
  }
}

export type LocalContext = Context<LocalEnv>

/** Answers with a plain Stytch body. */
export function answer(c: LocalContext, body: object, status = 200): Response {
  return c.json(
    { ...body, request_id: c.var.requestId, status_code: status },
    status as ContentfulStatusCode,
  )
}

/** Answers the browser SDK, which reads only `data`. */
export function answerSdk(c: LocalContext, data: object): Response {
  return c.json({ data: { ...data, request_id: c.var.requestId, status_code: 200 } })
}

/** Answers with a refusal in the shape its kind demands. Never wrapped in `data`. */
export function refuse(c: LocalContext, refusal: Refusal): Response {
  c.set('refusal', refusal.code)
  if (refusal.reason) c.set('reason', refusal.reason)
  for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value)
  return answer(c, refusal.body(), refusal.status)
}

/** Has the answer carry these headers, whatever every answer carries; `null` leaves one out. */
export function imposeHeaders(
  c: LocalContext,
  headers: Readonly<Record<string, string | null>>,
): void {
  c.set('imposedHeaders', { ...c.var.imposedHeaders, ...headers })
}

/**
 * Reads a JSON body against a schema. An absent body counts as `{}`, as Stytch's SDK sends none when
 * it has nothing to say.
 *
 * @throws ApiError `bad_request`, with what is wrong in sentences that name fields, never values
 */
export async function readJson<Schema extends z.ZodType>(
  c: LocalContext,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!isJson(c.req.header('content-type'))) {
    throw new ApiError('bad_request', 'Content-Type must be application/json.')
  }
  const parsed = schema.safeParse(parseJson(await c.req.text()))
  if (parsed.success) return parsed.data
  throw new ApiError('bad_request', sentences(parsed.error))
}

/** @returns true for `application/json` with any parameters */
export function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError('bad_request', 'The body is not valid JSON.')
  }
}

function sentences(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.length ? path.join('.') : 'body'}: ${message}.`)
    .join(' ')
}
