/** What trails of tests are about. */

/** Of their digests. */
export const KEY = new Uint8Array(32).fill(7)

/** Somebody who calls. */
export const principal = {
  issuer: 'https://stytch.test/project-test-1',
  subject: 'user-test-1',
  clientId: 'connected-app-test-1',
}
