/** The oldest Node.js the server runs on: the first with `hash` in `node:crypto`. */
const OLDEST = [20, 12] as const

/** What is said on an older one. */
export const TOO_OLD = `stytch-mcp needs Node.js ${OLDEST.join('.')} or newer.`

/**
 * Whether this is Node.js before that.
 *
 * @param versions `process.versions`; Bun and Deno name themselves in it, beside the Node.js they stand for
 */
export function isTooOld({ node = '', bun, deno }: NodeJS.Dict<string>): boolean {
  if (bun !== undefined || deno !== undefined) return false
  const [major = 0, minor = 0] = node.split('.').map(Number)
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}
