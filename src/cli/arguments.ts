/** What the words after `stytch-mcp` ask for. */

/** What is to be done; `nothing` says why not. */
export type Command =
  | { readonly does: 'serve' | 'verify-audit' | 'help' | 'version' }
  | { readonly does: 'nothing'; readonly because: string }

const ASKED_FOR: ReadonlyMap<string, 'verify-audit' | 'help' | 'version'> = new Map([
  ['verify-audit', 'verify-audit'],
  ['help', 'help'],
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
])
/** Any other word may be a secret in the wrong place, and is not repeated. */
const OPTION = /^--?[a-z][a-z-]*(?==|$)/i
const WHAT_THERE_IS = 'Settings are environment variables; stytch-mcp --help names them.'

/**
 * Reads them. More than one is never right: nothing that can be asked for takes an argument.
 *
 * @param words without the program's own name
 */
export function readArguments(words: readonly string[]): Command {
  const [first, second] = words
  if (first === undefined) return { does: 'serve' }
  const does = ASKED_FOR.get(first)
  if (does === undefined) return nothing(`stytch-mcp knows no ${named(first)}. ${WHAT_THERE_IS}`)
  if (second === undefined) return { does }
  const instead = does === 'verify-audit' ? ' It reads standard input.' : ''
  return nothing(`stytch-mcp ${first} takes no ${named(second)}.${instead}`)
}

function named(word: string): string {
  return OPTION.exec(word)?.[0] ?? 'such argument'
}

function nothing(because: string): Command {
  return { does: 'nothing', because }
}
