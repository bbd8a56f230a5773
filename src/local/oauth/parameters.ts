/**
 * Reads the parameters of token, introspection and revocation requests. RFC 6749 §3.2: they come in
 * the body, each at most once, and an empty one counts as absent. Stytch's token endpoint reads JSON
 * as well as forms; the other two read forms only.
 */
import { isJson, type LocalContext } from '../envelope.ts'
import { OAuthError, type OAuthErrorCode } from '../errors.ts'

/** Parameters by name. `resource` alone may repeat (RFC 8707 §2) and is kept apart. */
export interface Parameters {
  readonly get: (name: string) => string | undefined
  readonly resources: readonly string[]
}

/** @throws OAuthError `invalid_request` */
export async function readParameters(
  c: LocalContext,
  { json }: { json: boolean },
): Promise<Parameters> {
  if (new URL(c.req.url).search) throw malformed('parameters belong in the body, not in the URL.')
  const contentType = c.req.header('content-type')
  if (json && isJson(contentType)) return fromJson(await c.req.text())
  if (contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded') {
    return fromForm(new URLSearchParams(await c.req.text()))
  }
  throw malformed('Content-Type must be application/x-www-form-urlencoded.')
}

function fromForm(form: URLSearchParams): Parameters {
  const values = new Map<string, string>()
  for (const [name, value] of form) {
    if (name === 'resource' || value === '') continue
    if (values.has(name)) throw malformed('a parameter is repeated.')
    values.set(name, value)
  }
  const resources = form.getAll('resource').filter(Boolean)
  return { get: (name) => values.get(name), resources }
}

function fromJson(text: string): Parameters {
  const sent = parseObject(text)
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(sent)) {
    if (name === 'resource' || value === null || value === '') continue
    if (typeof value !== 'string') throw malformed('every parameter must be a string.')
    values.set(name, value)
  }
  const resources = [sent.resource ?? []].flat().filter((value) => value !== '')
  if (!resources.every((value) => typeof value === 'string')) {
    throw malformed('resource must be a string or an array of strings.')
  }
  return { get: (name) => values.get(name), resources }
}

/**
 * @param code what the endpoint calls a malformed body
 * @throws OAuthError with that code unless the text is one JSON object
 */
export function parseObject(
  text: string,
  code: OAuthErrorCode = 'invalid_request',
): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('the body is not valid JSON.', code)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('the body must be a JSON object.', code)
  }
  return value as Record<string, unknown>
}

function malformed(description: string, code: OAuthErrorCode = 'invalid_request'): OAuthError {
  return new OAuthError(code, 'bad_request', description)
}
