/** Public tokens: what frontend SDKs name an environment with. They are no secrets. */
import { z } from 'zod'
import { done, list, maybe, moment } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

const publicToken = z.object({
  /** Its value and its id at once. */
  public_token: z.string(),
  created_at: maybe(moment),
})

export type PublicToken = z.output<typeof publicToken>

const one = z.object({ public_token: publicToken })
const all = z.object({ public_tokens: list(publicToken) })

/** Public tokens of an environment. */
export function publicTokens(call: Call) {
  return Object.freeze({
    async create(where: Where, options?: CallOptions): Promise<PublicToken> {
      const given = { path: inEnvironment(where), body: {}, answer: one, options }
      return (await call('publicTokens.create', given)).public_token
    },

    async getAll(where: Where, options?: CallOptions): Promise<readonly PublicToken[]> {
      const given = { path: inEnvironment(where), answer: all, options }
      return (await call('publicTokens.getAll', given)).public_tokens
    },

    async get(where: Where, token: string, options?: CallOptions): Promise<PublicToken> {
      const path = { ...inEnvironment(where), public_token: token }
      const isAbout = (answer: z.output<typeof one>) => answer.public_token.public_token === token
      return (await call('publicTokens.get', { path, answer: one, isAbout, options })).public_token
    },

    /** Deletes a token. Frontends that use it stop working at once. */
    async delete(where: Where, token: string, options?: CallOptions): Promise<void> {
      const path = { ...inEnvironment(where), public_token: token }
      await call('publicTokens.delete', { path, answer: done, options })
    },
  })
}
