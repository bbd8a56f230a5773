/** Secrets of the backend API. The value of one is answered once, when it is created, and stays sealed. */
import { z } from 'zod'
import { Sealed } from '../sealed.ts'
import { done, lastFour, list, maybe, moment } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

const created = z.object({
  secret_id: z.string(),
  secret: z
    .string()
    .min(1)
    .transform((value) => new Sealed(value)),
  created_at: maybe(moment),
})

const masked = z.object({
  secret_id: z.string(),
  last_four: lastFour,
  created_at: maybe(moment),
  used_at: maybe(moment),
})

export type CreatedSecret = z.output<typeof created>
export type MaskedSecret = z.output<typeof masked>

const newOne = z.object({ secret: created })
const one = z.object({ secret: masked })
const all = z.object({ secrets: list(masked) })

/** @see https://stytch.com/docs/api-reference/pwa/api/v3/secrets/create-secret */
export function secrets(call: Call) {
  return Object.freeze({
    /** Creates a secret with all the power of the backend API over the environment. */
    async create(where: Where, options?: CallOptions): Promise<CreatedSecret> {
      const given = { path: inEnvironment(where), body: {}, answer: newOne, options }
      return (await call('secrets.create', given)).secret
    },

    async getAll(where: Where, options?: CallOptions): Promise<readonly MaskedSecret[]> {
      const given = { path: inEnvironment(where), answer: all, options }
      return (await call('secrets.getAll', given)).secrets
    },

    async get(where: Where, secretId: string, options?: CallOptions): Promise<MaskedSecret> {
      const path = { ...inEnvironment(where), secret_id: secretId }
      const isAbout = ({ secret }: z.output<typeof one>) => secret.secret_id === secretId
      return (await call('secrets.get', { path, answer: one, isAbout, options })).secret
    },

    /** Deletes a secret. Whatever uses it stops working at once. */
    async delete(where: Where, secretId: string, options?: CallOptions): Promise<void> {
      const path = { ...inEnvironment(where), secret_id: secretId }
      await call('secrets.delete', { path, answer: done, options })
    },
  })
}
