/** Templates of the claims an environment adds to its JWTs. */

export const JWT_TEMPLATE_TYPES = ['SESSION', 'M2M'] as const

export type JwtTemplateType = (typeof JWT_TEMPLATE_TYPES)[number]

export interface JwtTemplate {
  /** A JSON object in which `{{ … }}` stands for a value. */
  readonly template_content: string
  /** Replaces the project id as `aud`; empty when it does not. */
  readonly custom_audience: string
}

/** Adds nothing. */
export const DEFAULT_JWT_TEMPLATE: JwtTemplate = { template_content: '{}', custom_audience: '' }
