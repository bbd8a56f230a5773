/** URLs Stytch may send people to after a step of a sign-in. A URL is its own id. */
import { z } from 'zod'
import { done, list, maybe, type Word, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

export const REDIRECT_URL_TYPES = [
  'LOGIN',
  'SIGNUP',
  'INVITE',
  'RESET_PASSWORD',
  'DISCOVERY',
] as const
type RedirectURLType = (typeof REDIRECT_URL_TYPES)[number]

const redirectURL = z.object({
  url: z.string(),
  valid_types: list(z.object({ type: word<RedirectURLType>(), is_default: maybe(z.boolean()) })),
})

export type RedirectURL = z.output<typeof redirectURL>

/** A step after which the URL may be used. */
export interface ValidType {
  readonly type: Word<RedirectURLType>
  /** Used when a sign-in names none. */
  readonly is_default?: boolean | undefined
}

export interface NewRedirectURL extends RedirectURLChanges {
  readonly url: string
}

export interface RedirectURLChanges {
  /** Replaces all of them. */
  readonly valid_types: readonly ValidType[]
  /** Leaves a type without default rather than have Stytch choose one. */
  readonly do_not_promote_defaults?: boolean
}

export interface RedirectURLDeletion extends CallOptions {
  /** Leaves a type without default rather than have Stytch choose another. */
  readonly do_not_promote_defaults?: boolean
}

const one = z.object({ redirect_url: redirectURL })
const all = z.object({ redirect_urls: list(redirectURL) })

/** Redirect URLs of an environment. */
export function redirectURLs(call: Call) {
  return Object.freeze({
    async create(where: Where, body: NewRedirectURL, options?: CallOptions): Promise<RedirectURL> {
      const isAbout = is(body.url)
      const given = { path: inEnvironment(where), body, answer: one, isAbout, options }
      return (await call('redirectURLs.create', given)).redirect_url
    },

    async getAll(where: Where, options?: CallOptions): Promise<readonly RedirectURL[]> {
      const given = { path: inEnvironment(where), answer: all, options }
      return (await call('redirectURLs.getAll', given)).redirect_urls
    },

    async get(where: Where, url: string, options?: CallOptions): Promise<RedirectURL> {
      const path = inEnvironment(where)
      const given = { path, query: { url }, answer: one, isAbout: is(url), options }
      return (await call('redirectURLs.get', given)).redirect_url
    },

    async update(
      where: Where,
      url: string,
      body: RedirectURLChanges,
      options?: CallOptions,
    ): Promise<RedirectURL> {
      const path = inEnvironment(where)
      const given = { path, query: { url }, body, answer: one, isAbout: is(url), options }
      return (await call('redirectURLs.update', given)).redirect_url
    },

    /** Deletes a URL. Sign-ins that use it stop working at once. */
    async delete(where: Where, url: string, options: RedirectURLDeletion = {}): Promise<void> {
      const { do_not_promote_defaults } = options
      const query = { url, do_not_promote_defaults }
      await call('redirectURLs.delete', {
        path: inEnvironment(where),
        query,
        answer: done,
        options,
      })
    },
  })
}

/** Stytch may write a URL in another way than it was given. */
function is(url: string) {
  return ({ redirect_url }: z.output<typeof one>) => written(redirect_url.url) === written(url)
}

function written(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}
