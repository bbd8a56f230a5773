/**
 * Slugs, which name projects and environments in paths and never change. Stytch does not say what they may
 * contain; these are words that need no escaping anywhere.
 */
import { z } from 'zod'

const MAX_LENGTH = 128

/** A slug somebody chose. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _')
  .max(MAX_LENGTH)

/**
 * @param name what the thing is called
 * @param fallback what to say when the name has nothing a slug may contain
 * @param isTaken whether a slug is in use
 * @returns a slug made of the name, with a number when others have it already
 */
export function slugFor(
  name: string,
  fallback: string,
  isTaken: (slug: string) => boolean,
): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [fallback]
  const base = words
    .join('-')
    .slice(0, MAX_LENGTH / 2)
    .replace(/-$/, '')
  if (!isTaken(base)) return base
  let number = 2
  while (isTaken(`${base}-${number}`)) number += 1
  return `${base}-${number}`
}
