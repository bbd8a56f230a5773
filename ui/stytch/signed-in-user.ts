/**
 * Who is signed in, as far as a person needs it to recognise themselves.
 */
import type { User } from '@stytch/react'

/** A signed-in user. */
export interface SignedInUser {
  readonly id: string
  /** The email address, or the best other name the account has. */
  readonly label: string
}

/** Picks the label from Stytch's user object. */
export function signedInUser(user: User): SignedInUser {
  const email = user.emails[0]?.email
  const phone = user.phone_numbers[0]?.phone_number
  return { id: user.user_id, label: email ?? phone ?? user.user_id }
}
