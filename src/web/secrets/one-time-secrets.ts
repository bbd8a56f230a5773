/**
 * Secrets that pass between a person and this server without passing through a model. A tool gets a link
 * to give away; behind it the same person, signed in anew, reads a secret once or types one in. A link
 * lives for ten minutes, and neither the link alone nor the store alone is worth anything.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation (URL mode)
 */
import { sha256 } from '../../digest.ts'
import { type Principal, personOf } from '../../oauth/principal.ts'
import type { Person } from '../../oauth/session-claims.ts'
import { orUnavailable } from '../../store/patience.ts'
import type { Store } from '../../store/store.ts'
import { isId, newId, open, placeOf, seal } from './seal.ts'
import type { Description, SecretField, Submitted } from './secret-message.ts'

/** Any JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [member: string]: Json }

/** A page to send a person to. */
export interface SecretLink {
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** A secret to show. */
export interface Secret {
  /** What it is, e.g. `Client secret of Acme billing`. */
  readonly label: string
  readonly value: string
  /** What to do with it, or how to recognise it. Not secret. */
  readonly hint?: string
}

/** Secrets to ask for. */
export interface SecretQuestion {
  /** Names the completion that gets the answer. */
  readonly kind: string
  readonly title: string
  /** One to eight, each name once. */
  readonly fields: readonly SecretField[]
  /** Handed to the completion as it is; sealed with everything else. */
  readonly args: Json
}

/**
 * Does something with what a person typed.
 *
 * @param args from the question
 * @param values what was typed, by field name; not empty, not trimmed
 * @param owner who asked for the link, as they were when they did
 * @returns a sentence for the person, without any of the values. `ok: false` lets them try again; what
 *   it throws ends the link, because nobody knows what came of it.
 */
export type Completion = (
  args: Json,
  values: Readonly<Record<string, string>>,
  owner: Principal,
) => Promise<{ readonly ok: true; readonly sentence: string } | { ok: false; sentence: string }>

/** What one-time secrets are made with. */
export interface OneTimeSecretsOptions {
  readonly store: Store
  /** Origin of the page, without a trailing slash. */
  readonly publicUrl: string
  /**
   * Issuer strings that mean the same project. Stytch names itself after the host a token was asked of,
   * so the access token and the session of one person usually differ.
   */
  readonly issuers: readonly string[]
  /** What can be done with collected secrets, by kind. */
  readonly completions?: Readonly<Record<string, Completion>>
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** Why there is nothing to see. The person is told the same in either case. */
export interface Withheld {
  readonly ok: false
  readonly reason: 'unknown' | 'foreign'
}

/** Something to see. */
export interface Found<T> {
  readonly ok: true
  readonly answer: T
}

/** Makes links, and serves the page behind them. */
export interface OneTimeSecrets {
  /**
   * Makes a link behind which its owner reads a secret, once.
   *
   * @throws {StoreUnavailable} when the store fails, or has no room
   */
  hand(owner: Principal, secret: Secret): Promise<SecretLink>
  /**
   * Makes a link behind which its owner types secrets in, until the completion takes them or five
   * attempts have failed.
   *
   * @throws {TypeError} when no completion has that kind, or the fields cannot be asked for
   * @throws {StoreUnavailable} when the store fails, or has no room
   */
  collect(owner: Principal, question: SecretQuestion): Promise<SecretLink>
  /** Counts one more request of a person. Returns whether it may go on: 20 a minute do. */
  admit(person: Person): Promise<boolean>
  /** What waits behind a link. Changes nothing. */
  describe(person: Person, id: string): Promise<Found<Description> | Withheld>
  /** The secret, for the one request that comes first; the link is used up. */
  reveal(person: Person, id: string): Promise<Found<string> | Withheld>
  /**
   * Hands what was typed to the completion. The link is out of use meanwhile, and for good after success.
   *
   * @returns `mismatch` when the values are not those the link asks for; nothing is used up then
   * @throws what the completion throws
   */
  submit(
    person: Person,
    id: string,
    values: Readonly<Record<string, string>>,
  ): Promise<Found<Submitted | 'mismatch'> | Withheld>
}

interface Sealed {
  readonly owner: Principal
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly content: Content
}

type Content =
  | { readonly kind: 'hand'; readonly secret: Secret }
  | { readonly kind: 'collect'; readonly question: SecretQuestion; readonly failures: number }

const SECOND = 1_000
/** Seconds a link lives. */
const LIFETIME = 10 * 60
const MAX_ATTEMPTS = 5
const MAX_FIELDS = 8
const FIELD_NAME = /^[A-Za-z][\w-]{0,63}$/
/** Requests of one person in one window; seconds. */
const MAX_REQUESTS = 20
const WINDOW = 60

/** Path of the page, for Hono. */
export const SECRET_PATH = '/secrets/:id'

/** Makes one-time secrets. Nothing is kept outside the store. */
export function createOneTimeSecrets(options: OneTimeSecretsOptions): OneTimeSecrets {
  const { publicUrl, issuers, completions = {}, now = Date.now } = options
  const store = orUnavailable(options.store)

  function completionOf(kind: string): Completion {
    const completion = Object.hasOwn(completions, kind) ? completions[kind] : undefined
    if (completion === undefined)
      throw new TypeError(`No completion takes secrets of kind ${kind}.`)
    return completion
  }

  /** As {@link personOf}, where every name of the project is its first. */
  function identityOf(person: Person): string {
    const [project = person.issuer] = issuers.includes(person.issuer) ? issuers : []
    return personOf({ ...person, issuer: project })
  }

  async function keep(id: string, sealed: Sealed): Promise<boolean> {
    const ttl = Math.ceil((sealed.expiresAt - now()) / SECOND)
    return ttl > 0 && store.add(await placeOf(id), await seal(id, sealed), ttl)
  }

  async function link(owner: Principal, content: Content): Promise<SecretLink> {
    const id = newId()
    const expiresAt = now() + LIFETIME * SECOND
    if (!(await keep(id, { owner, expiresAt, content }))) throw new Error('The id is taken.')
    return { url: publicUrl + SECRET_PATH.replace(':id', id), expiresAt }
  }

  /** Looks, or takes, and judges what it got. */
  async function find(person: Person, id: string, how: 'get' | 'take') {
    if (!isId(id)) return withheld('unknown')
    const text = await store[how](await placeOf(id))
    if (text === undefined) return withheld('unknown')
    const sealed = (await open(id, text)) as Sealed
    // A store may be late in forgetting.
    if (sealed.expiresAt <= now()) return withheld('unknown')
    return identityOf(sealed.owner) === identityOf(person)
      ? ({ ok: true, answer: sealed } as const)
      : withheld('foreign')
  }

  return {
    hand: (owner, { label, value, hint }) =>
      link(owner, {
        kind: 'hand',
        secret: { label, value, ...(hint === undefined ? {} : { hint }) },
      }),

    async collect(owner, question) {
      completionOf(question.kind)
      refuseFields(question.fields)
      return link(owner, { kind: 'collect', question, failures: 0 })
    },

    async admit(person) {
      const who = await sha256(identityOf(person))
      return (await store.increment(`one-time-secret-requests:${who}`, WINDOW)) <= MAX_REQUESTS
    },

    async describe(person, id) {
      const found = await find(person, id, 'get')
      return found.ok ? { ok: true, answer: description(found.answer) } : found
    },

    async reveal(person, id) {
      const seen = await find(person, id, 'get')
      if (!seen.ok) return seen
      if (seen.answer.content.kind !== 'hand') return withheld('unknown')
      const taken = await find(person, id, 'take')
      if (!taken.ok) return taken
      const { content } = taken.answer
      return content.kind === 'hand'
        ? { ok: true, answer: content.secret.value }
        : withheld('unknown')
    },

    async submit(person, id, values) {
      const seen = await find(person, id, 'get')
      if (!seen.ok) return seen
      if (seen.answer.content.kind !== 'collect') return withheld('unknown')
      if (!fits(seen.answer.content.question.fields, values))
        return { ok: true, answer: 'mismatch' }

      // Taking it is the lock: whoever comes second finds nothing, and a crash leaves nothing to replay.
      const taken = await find(person, id, 'take')
      if (!taken.ok) return taken
      const { owner, expiresAt, content } = taken.answer
      if (content.kind !== 'collect') return withheld('unknown')
      const { question } = content
      const outcome = await completionOf(question.kind)(question.args, values, owner)
      const { sentence } = outcome
      if (outcome.ok) return { ok: true, answer: { ok: true, sentence } }

      const failures = content.failures + 1
      const again =
        failures < MAX_ATTEMPTS
          ? await keep(id, { owner, expiresAt, content: { ...content, failures } })
          : false
      const attemptsLeft = again ? MAX_ATTEMPTS - failures : 0
      return { ok: true, answer: { ok: false, sentence, attemptsLeft } }
    },
  }
}

function withheld(reason: Withheld['reason']): Withheld {
  return { ok: false, reason }
}

function description({ content, expiresAt }: Sealed): Description {
  if (content.kind === 'hand') {
    const { label, hint } = content.secret
    return { kind: 'hand', label, ...(hint === undefined ? {} : { hint }), expiresAt }
  }
  const { title, fields } = content.question
  return {
    kind: 'collect',
    title,
    fields: fields.map(({ name, label }) => ({ name, label })),
    expiresAt,
  }
}

/** Exactly the fields, and something in each. */
function fits(fields: readonly SecretField[], values: Readonly<Record<string, string>>): boolean {
  return (
    Object.keys(values).length === fields.length &&
    fields.every(({ name }) => Object.hasOwn(values, name) && values[name] !== '')
  )
}

function refuseFields(fields: readonly SecretField[]): void {
  const names = new Set(fields.map(({ name }) => name))
  const good =
    fields.length > 0 &&
    fields.length <= MAX_FIELDS &&
    names.size === fields.length &&
    fields.every(({ name }) => FIELD_NAME.test(name))
  if (!good) throw new TypeError('A secret question has one to eight fields, each name once.')
}
