/**
 * The markup of a claim template: a JSON object in which `{{ user.trusted_metadata.role }}` stands for a
 * value, bare or within a string. What it yields obeys the rules of custom claims: at most 4 KB, and neither
 * registered claims nor Stytch's own.
 *
 * @see https://stytch.com/docs/guides/sessions/custom-claim-templates
 */
import { ApiError } from '../errors.ts'

const MAX_BYTES = 4096

/** RFC 7519 §4.1. */
const REGISTERED = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])

/** A variable and the way into it. */
const VARIABLE = /^[A-Za-z_]\w*(\.[\w-]+)*$/

/** @throws ApiError naming what is wrong with the template, by Stytch's own types */
export function requireTemplate(content: string): void {
  if (new TextEncoder().encode(content).length > MAX_BYTES) {
    throw new ApiError('custom_claims_too_large')
  }
  const names = Object.keys(claims(content))
  if (names.some((name) => REGISTERED.has(name))) {
    throw new ApiError('reserved_claims_in_custom_claims')
  }
  if (names.some((name) => name.startsWith('https://stytch.com/'))) {
    throw new ApiError('stytch_claims_in_custom_claims')
  }
}

function claims(content: string): object {
  // A digit is JSON wherever a tag may stand: alone as a number, and inside a string.
  const filled = content.replace(/\{\{([^{}]*)\}\}/g, (_, tag: string) => {
    if (!VARIABLE.test(tag.trim())) throw new ApiError('jwt_template_invalid_tag')
    return '0'
  })
  if (filled.includes('{{')) throw new ApiError('jwt_template_mismatched_tag')
  const parsed = parse(filled)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ApiError('jwt_template_invalid_json')
  }
  return parsed
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError('jwt_template_invalid_json')
  }
}
