/**
 * The HTML of an explanation: what happened and what to do before anything else, then the rule that
 * failed, then the token it failed on. Everything from the token is text, whatever it holds.
 */
import { html } from 'hono/html'
import { type ErrorCode, errorKind } from '../errors.ts'
import type { TokenFact } from '../oauth/token-facts.ts'
import { type Explanation, MAX_KEPT } from '../observe/explanations.ts'
import { type Html, staticDocument } from './document.ts'

/** The page of one refusal. */
export function explanationDocument(explanation: Explanation): Html {
  const { code, requestId, at, token } = explanation
  const { sentence, hint, status } = errorKind(code)
  const content = html`
      <section class="card" aria-labelledby="what">
        <div class="emblem emblem-stop" aria-hidden="true"></div>
        <h1 id="what">${sentence}</h1>
        <p class="lead">${hint}</p>
        <dl class="facts record">
          ${row('Rule', html`<code>${code}</code>`)}
          ${comparison(explanation)}
          ${row('Answered', html`${status}, ${moment(at)}`)}
          ${row('Request', html`<code>${requestId}</code>`)}
        </dl>
        <p class="note">
          The log has a line with this request id. All rules are in <code>docs/errors.md</code>.
        </p>
      </section>
      ${token.length === 0 ? noToken(code) : tokenCard(token, at)}`
  return staticDocument(sentence, content)
}

/** The page when there is nothing to explain. It repeats nothing of the request. */
export function noExplanationDocument(): Html {
  const content = html`
      <section class="card" aria-labelledby="what">
        <h1 id="what">No explanation under this id</h1>
        <p class="lead">
          Explanations are kept for the last ${MAX_KEPT} refusals, in memory, until the server stops.
        </p>
        <p>
          Repeat the call. If it is refused again, <code>explanation</code> in the answer’s body
          links to why.
        </p>
      </section>`
  return staticDocument('No explanation', content, 'narrow')
}

function comparison({ code, expected, actual, at }: Explanation): Html {
  const readable = (text: string) => (TIMED.has(code) ? inDates(text, at) : inDurations(text))
  return html`${expected === undefined ? '' : row('Expected', html`<b>${readable(expected)}</b>`)}
          ${actual === undefined ? '' : row('Came', html`<b>${readable(actual)}</b>`)}`
}

function tokenCard(token: readonly TokenFact[], refusedAt: number): Html {
  return html`
      <section class="card" aria-labelledby="token">
        <h2 id="token">What the token says</h2>
        <p class="note">
          As it stands in the token, verified or not. Its signature and what it says about the
          person are left out.
        </p>
        <dl class="facts record">
          ${token.map((fact) => row(html`<code>${fact.name}</code>`, shownValue(fact, refusedAt)))}
        </dl>
        <p class="reference">Ago and ahead count from the moment of the refusal.</p>
      </section>`
}

function noToken(code: ErrorCode): Html {
  return html`
      <section class="card" aria-labelledby="token">
        <h2 id="token">What the token says</h2>
        <p class="note">
          ${
            code === 'authorization_malformed'
              ? 'Nothing: no token was taken from the request.'
              : 'Nothing: what was sent is not a readable JWT.'
          }
        </p>
      </section>`
}

function row(name: string | Html, value: Html): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

function shownValue({ value, at }: TokenFact, refusedAt: number): Html {
  if (at === undefined) return html`${value}`
  return html`${moment(at)} <span class="soft">${relative(at, refusedAt)}</span>`
}

/** Refusals whose `expected` and `actual` hold seconds since the epoch. */
const TIMED: ReadonlySet<ErrorCode> = new Set(['token_expired', 'token_not_yet_valid'])
const NUMBER = /(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g

function inDates(text: string, refusedAt: number): string {
  return text.replace(NUMBER, (digits) => {
    const at = Number(digits) * 1000
    if (Number.isNaN(new Date(at).getTime())) return digits
    // What was expected counts from the refusal itself.
    const distance = Math.abs(at - refusedAt) < 1000 ? '' : ` (${relative(at, refusedAt)})`
    return readableDate(at) + distance
  })
}

function inDurations(text: string): string {
  return text.replace(/\b(\d+) seconds\b/g, (_, seconds) => duration(Number(seconds)))
}

function moment(at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${readableDate(at)}</time>`
}

function readableDate(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** Where a moment lies, seen from another. */
function relative(at: number, from: number): string {
  const seconds = Math.round((at - from) / 1000)
  if (seconds === 0) return 'at that moment'
  return `${duration(Math.abs(seconds))} ${seconds < 0 ? 'ago' : 'ahead'}`
}

const UNITS = [
  ['year', 365 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** In the largest unit there are at least two of. */
function duration(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => seconds >= 2 * size) ?? ['second', 1]
  const count = Math.round(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
