/** Names of projects and environments: for people to read. They name nothing, and need not be unique. */
import { z } from 'zod'

/** Characters. */
const LONGEST = 255

/** One line of text. */
export const displayName = z
  .string()
  .min(1)
  .max(LONGEST)
  .refine((name) => name.isWellFormed() && name.trim() !== '' && !/\p{Cc}/u.test(name), {
    error: 'Not one line of text',
  })
