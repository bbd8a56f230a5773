/**
 * RFC 8707 resource indicators. Stytch accepts them and leaves `aud` alone; what can still be wrong is
 * a value that is no resource at all, or a token request that names one the user never saw. What the
 * project's resources are Stytch does not know; options may say, and then others are refused as well.
 */
import type { Project } from '../project.ts'

/** @returns true when every value is an absolute URI without a fragment (RFC 8707 §2) */
export function areResources(values: readonly string[]): boolean {
  return values.every(
    (value) => URL.canParse(value) && !value.includes('#') && value.length <= 2048,
  )
}

/** @returns true when every value is a resource, and one of the project's if those are known */
export function areKnownResources({ resources }: Project, values: readonly string[]): boolean {
  if (!areResources(values)) return false
  const known = resources?.map((resource) => new URL(resource).href)
  return !known || values.every((value) => known.includes(new URL(value).href))
}

/**
 * @param authorized what the authorization request named; nothing named means nothing to exceed
 * @param requested what the token request names
 */
export function staysWithin(
  project: Project,
  authorized: readonly string[],
  requested: readonly string[],
): boolean {
  if (!areKnownResources(project, requested)) return false
  return authorized.length === 0 || requested.every((value) => authorized.includes(value))
}
