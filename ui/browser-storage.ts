/**
 * Whether this browser keeps anything for us. Private modes, blocked cookies and some embedded
 * browsers throw on the first touch.
 */

const PROBE = 'stytch-mcp:probe'

/** Tries what the Stytch SDK will need: both storages, and cookies that script may write. */
export function storageWorks(window: Window): boolean {
  try {
    for (const storage of [window.localStorage, window.sessionStorage]) {
      storage.setItem(PROBE, '1')
      storage.removeItem(PROBE)
    }
    return window.navigator.cookieEnabled
  } catch {
    return false
  }
}
