/** Looks at something that need not exist. */
import { StytchError } from '../../stytch/failure.ts'

/** @returns what was found; `undefined` when Stytch says there is no such thing */
export async function ifThere<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking
  } catch (error) {
    if (error instanceof StytchError && error.kind === 'not_found') return undefined
    throw error
  }
}
