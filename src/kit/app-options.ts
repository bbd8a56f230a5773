/** Options of whatever serves MCP: settings, what is offered, and what the server reaches the world through. */
import type { Config } from '../config.ts'
import type { AppDependencies } from '../parts.ts'
import { configOf, type Settings } from './settings.ts'

/** Everything `createApp` can be told. */
export interface AppOptions extends Settings, AppDependencies {}

/** Each name once; the compiler knows when one is missing. */
const DEPENDENCIES: Record<keyof AppDependencies, true> = {
  tools: true,
  resources: true,
  templates: true,
  prompts: true,
  fetch: true,
  now: true,
  pause: true,
  log: true,
  stopping: true,
  auditSink: true,
  platform: true,
  store: true,
  timeout: true,
  pageSize: true,
  identity: true,
}

/** What a function that serves MCP is like. */
export interface Serves {
  /** Whether it serves the sign-in page. */
  readonly signIn: boolean
  /** Names of options it alone has. */
  readonly besides?: readonly string[]
}

/**
 * Reads the configuration from the options of a function that serves MCP.
 *
 * @param name of the function
 * @throws {ConfigError} with everything that is wrong
 */
export function appConfig(
  name: string,
  options: AppOptions,
  { signIn, besides = [] }: Serves,
): Config {
  return configOf(options, {
    name,
    signIn,
    besides: [...Object.keys(DEPENDENCIES), ...besides],
    hasStore: options.store !== undefined,
  })
}
