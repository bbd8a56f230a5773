/**
 * How people sign in: with a password, for an hour.
 */
import { Products } from '@stytch/react'

/** The `config` of Stytch's sign-in components. Reset links lead to our own fixed page. */
export function signInOptions(publicUrl: string) {
  return {
    products: [Products.passwords],
    passwordOptions: {
      resetPasswordRedirectURL: `${publicUrl}/login`,
      resetPasswordExpirationMinutes: 30,
    },
    sessionOptions: { sessionDurationMinutes: 60 },
  }
}
