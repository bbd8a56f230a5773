/** `mountConsent`: the sign-in and consent page in a frontend of your own. */
import type { Hono } from 'hono'
import type { Config, ConfigProblem } from '../config.ts'
import { problem } from '../config-problem.ts'
import { knownHost } from '../host-and-origin.ts'
import { isLoopbackHost } from '../loopback.ts'
import { createLog } from '../observe/log.ts'
import type { AppDependencies } from '../parts.ts'
import { type SignInPages, signInPages } from '../web/pages.ts'
import { guarded } from './part-of-app.ts'
import { configOf, type Settings } from './settings.ts'

/** Everything {@link mountConsent} can be told. */
export interface MountConsentOptions extends Settings, SignInPages, Pick<AppDependencies, 'log'> {
  /**
   * Absolute URL of the MCP endpoint people open to apps, where that is another server's. Default: `publicUrl`
   * with `/mcp`. A request that names any other resource is refused.
   */
  readonly resource?: string | undefined
}

const BESIDES: Record<Exclude<keyof MountConsentOptions, keyof Settings>, true> = {
  login: true,
  title: true,
  log: true,
  resource: true,
}

/** What routes can be added to: a Hono app, whatever its types. */
interface Routed {
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is of no interest, whatever it is
  route(path: string, app: Hono): any
}

/**
 * Adds the page to an app: `/oauth/authorize`, `/login`, and the files these load, each at its own path under
 * `/assets/`. Nothing else is touched. In the Stytch dashboard, set the authorization URL of Connected Apps to
 * `publicUrl` with `/oauth/authorize`, and allow the origin `publicUrl` under Frontend SDK. Whoever is signed
 * in to your frontend with the same Stytch project is signed in here.
 *
 * ```ts
 * mountConsent(app, { env: process.env, resource: 'https://mcp.example.com/mcp' })
 * ```
 *
 * @param app to which the routes are added, at its root; routes that are there already stand
 * @param options settings by the rule of `Settings`, of which the project, `publicUrl` and `nodeEnv` matter;
 *   `login: false` leaves `/login` to you, where the links of password resets lead; `title` says whose page it
 *   is; `resource`; `log`
 * @returns the app
 * @throws {ConfigError} with everything that is wrong with the options, all at once; the page is for consumer
 *   projects, so `stytch.vertical` cannot be `b2b`
 */
export function mountConsent<App extends Routed>(app: App, options: MountConsentOptions = {}): App {
  const { log = createLog(), resource } = options
  const read = configOf(options, {
    name: 'mountConsent',
    besides: Object.keys(BESIDES),
    signIn: true,
    problems: resourceProblem(options),
  })
  const config: Config = resource === undefined ? read : { ...read, resource }
  app.route('/', guarded(signInPages(config, options), knownHost(config, log)))
  return app
}

function resourceProblem({ resource }: MountConsentOptions): ConfigProblem[] {
  return resource === undefined || isResource(resource)
    ? []
    : [
        problem(
          'resource',
          'is not the address of an MCP endpoint.',
          'Write it like https://mcp.example.com/mcp.',
        ),
      ]
}

/** In the one spelling identifiers are compared in; over plain http on this machine only. */
function isResource(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { href, origin, protocol, hostname, search, hash, username, password } = new URL(text)
  return (
    (href === text || origin === text) &&
    search + hash + username + password === '' &&
    (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname)))
  )
}
