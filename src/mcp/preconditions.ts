/**
 * What the headers of a POST must say before its body is worth reading: that it is JSON in UTF-8 as it
 * stands, and that its sender reads one of the two types answers come in. The protocol asks clients to
 * list both; many send one, or a wildcard, and are served.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (Sending Messages)
 */

import { remembering } from '../remembering.ts'

/** A precondition that does not hold. */
export interface Unmet {
  readonly status: 406 | 415
  readonly reason: string
}

const unmet = (status: Unmet['status'], reason: string): Unmet => ({ status, reason })

/**
 * Checks the headers of a POST.
 *
 * @returns the first precondition that does not hold, or `undefined`
 */
export function unmetPrecondition(headers: Headers): Unmet | undefined {
  if (!isJson(headers.get('content-type') ?? '')) {
    return unmet(415, 'Content-Type must be application/json in UTF-8')
  }
  // Nothing here inflates: a compressed body's size is only known when it is too late.
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    return unmet(415, 'Content-Encoding must be identity')
  }
  if (!acceptsAnswers(headers.get('accept') ?? '')) {
    return unmet(406, 'Accept must list application/json and text/event-stream')
  }
  return undefined
}

/** RFC 8259 §8.1: UTF-8 and no other. A repeated header has a comma in its first half and is not JSON. */
const isJson = remembering((contentType) => {
  const [type, ...parameters] = contentType.toLowerCase().split(';')
  return (
    type?.trim() === 'application/json' &&
    parameters.every((parameter) => !CHARSET.test(parameter) || UTF_8.test(parameter))
  )
})

const CHARSET = /^\s*charset\b/
const UTF_8 = /^\s*charset=(?:utf-8|"utf-8")\s*$/

const JSON_ANSWERS = ['application/json', '*/*']
const ANSWERS = [...JSON_ANSWERS, 'text/event-stream']
const NOT_AT_ALL = /;\s*q=0(?:\.0*)?\s*$/i

const acceptsAnswers = remembering((accept) => accepts(accept, ANSWERS))
const acceptsJsonAnswers = remembering((accept) => accepts(accept, JSON_ANSWERS))

/** Whether a client reads an answer that is JSON, rather than a stream with JSON in it. */
export function acceptsJson(headers: Headers): boolean {
  return acceptsJsonAnswers(headers.get('accept') ?? '')
}

/** A client that does not say is not refused for it. */
function accepts(accept: string, types: readonly string[]): boolean {
  if (accept.trim() === '') return true
  return accept.split(',').some((range) => {
    const type = range.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    return types.includes(type) && !NOT_AT_ALL.test(range)
  })
}
