/** Templates of the claims an environment adds to the JWTs of sessions and of M2M clients. */
import { z } from 'zod'
import { maybe, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

export const JWT_TEMPLATE_TYPES = ['SESSION', 'M2M'] as const
export type JWTTemplateType = (typeof JWT_TEMPLATE_TYPES)[number]

const jwtTemplate = z.object({
  template_content: z.string(),
  custom_audience: maybe(z.string()),
  jwt_template_type: maybe(word<JWTTemplateType>()),
})

export type JWTTemplate = z.output<typeof jwtTemplate>

/** Replaces the template. */
export interface JWTTemplateContent {
  /** A JSON object in which `{{ … }}` stands for a value. */
  readonly template_content: string
  /** Empty for none. */
  readonly custom_audience: string
}

const one = z.object({ jwt_template: jwtTemplate })

/** JWT templates, per environment and kind of token. */
export function jwtTemplates(call: Call) {
  return Object.freeze({
    async get(where: Where, type: JWTTemplateType, options?: CallOptions): Promise<JWTTemplate> {
      const given = { path: at(where, type), answer: one, isAbout: is(type), options }
      return (await call('jwtTemplates.get', given)).jwt_template
    },

    async set(
      where: Where,
      type: JWTTemplateType,
      body: JWTTemplateContent,
      options?: CallOptions,
    ): Promise<JWTTemplate> {
      const given = { path: at(where, type), body, answer: one, isAbout: is(type), options }
      return (await call('jwtTemplates.set', given)).jwt_template
    },
  })
}

function at(where: Where, type: JWTTemplateType) {
  return { ...inEnvironment(where), jwt_template_type: type } as const
}

function is(type: JWTTemplateType) {
  return ({ jwt_template: { jwt_template_type: said } }: z.output<typeof one>) =>
    said === undefined || said === type
}
