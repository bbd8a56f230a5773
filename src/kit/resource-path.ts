/** Which resource of a server is meant: its path, from which everything else about it follows. */
import type { Config, ConfigProblem } from '../config.ts'
import { problem } from '../config-problem.ts'

/** Options about a resource. */
export interface ResourceOptions {
  /**
   * Path of the resource, such as `/api`, in the one spelling URLs have, without a slash at its end. Default:
   * `/mcp`. It is part of the resource's RFC 8707 identifier, of the address of its metadata, and of what a
   * token may be meant for.
   */
  readonly path?: string | undefined
  /**
   * Scopes the resource takes: what clients are told to ask for at first. Default: `openid email profile`, of
   * which none is required.
   */
  readonly scopes?: readonly string[] | undefined
}

/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Whether these are names of scopes, and at least one. */
export function areScopes(scopes: unknown): scopes is readonly string[] {
  return Array.isArray(scopes) && scopes.length > 0 && scopes.every((scope) => SCOPE.test(scope))
}

/** What is wrong with the options, if anything. */
export function resourceProblems({ path, scopes }: ResourceOptions): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  if (path !== undefined && !isPath(path)) {
    problems.push(problem('path', 'is not the path of a resource.', 'Write it like /api.'))
  }
  if (scopes !== undefined && !areScopes(scopes)) {
    problems.push(problem('scopes', 'is not a list of scopes.', "Write it like ['read:notes']."))
  }
  return problems
}

function isPath(path: string): boolean {
  const base = 'https://host.invalid'
  const isSpelledOut = path.startsWith('/') && URL.canParse(base + path)
  return (
    isSpelledOut &&
    new URL(base + path).href === base + path &&
    !/[?#]|\/\//.test(path) &&
    (path === '/' || !path.endsWith('/'))
  )
}

/** The configuration, with that resource as its own. */
export function withResource(config: Config, { path }: ResourceOptions): Config {
  if (path === undefined) return config
  return { ...config, resource: config.publicUrl + (path === '/' ? '' : path) }
}
