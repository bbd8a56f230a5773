/**
 * Finds and starts the browser of this machine. Nothing is downloaded: a test that fetches a browser
 * is a test that needs the internet.
 */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where the browser's own calls home go: nothing listens there, and no name has to be resolved. */
const NOWHERE = 'http://127.0.0.1:9'

/**
 * No sandbox (containers), and none of the browser's own calls home. No `--disable-features` here: it
 * would replace Playwright's own list.
 */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--component-updater=url-source=${NOWHERE}/`,
  `--autofill-server-url=${NOWHERE}/`,
  `--gaia-url=${NOWHERE}`,
  `--gcm-checkin-url=${NOWHERE}`,
  `--gcm-registration-url=${NOWHERE}`,
  `--google-base-url=${NOWHERE}`,
]

/**
 * Starts a headless Chromium.
 *
 * @param more command line arguments besides the usual ones
 * @returns the browser; the caller closes it
 * @throws when there is none: set `CHROMIUM_PATH` to one
 */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    throw new Error('No Chromium found. Install one, or set CHROMIUM_PATH to its executable.')
  }
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] })
}

/**
 * Looks for a browser: `CHROMIUM_PATH`, then where systems keep one, then Playwright's own.
 *
 * @returns the path of its executable, or `undefined` when there is none
 * @throws when `CHROMIUM_PATH` names no file
 */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen !== undefined && !existsSync(chosen)) {
    throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist.`)
  }
  return chosen ?? [...CANDIDATES, chromium.executablePath()].find((path) => existsSync(path))
}
