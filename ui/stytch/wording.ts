/**
 * Words of Stytch's components that read better differently here. Values are ICU messages, in which a
 * straight apostrophe would quote.
 */

/** For the sign-in form: its second step has a heading under ours, and its errors speak to people. */
export const SIGN_IN_WORDING = {
  'password.login.title': 'Enter your password',
  'error.unauthorizedCredentials': 'Wrong email or password.',
}

/** For the consent list: its two headings repeat ours, so one short label takes their place. */
export const CONSENT_WORDING = {
  'idpConsent.customScopes.title': 'What it asks for',
  'idpConsent.signIn.title': 'What it asks for',
}
