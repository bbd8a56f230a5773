/** Names of projects and environments: for people to read. They name nothing, and need not be unique. */
import { z } from 'zod'
import { isOneLine } from './one-line.ts'

/** Characters. */
const LONGEST = 255

/** One line of text. */
export const displayName = z
  .string()
  .min(1)
  .max(LONGEST)
  .refine((name) => isOneLine(name) && name.trim() !== '', {
    error: 'Not one line of text',
  })
