/** `protectedResource`: where clients learn which Stytch project guards a resource. */
import type { Hono } from 'hono'
import type { ConfigProblem } from '../config.ts'
import { problem } from '../config-problem.ts'
import { documents, resourceMetadata, resourceMetadataUrl } from '../oauth/metadata.ts'
import { type ResourceOptions, resourceProblems, withResource } from './resource-path.ts'
import { configOf, type Settings } from './settings.ts'

/** Settings, and what the metadata says besides. */
export interface ProtectedResourceOptions extends Settings, ResourceOptions {
  /** What people call the resource. */
  readonly name?: string | undefined
  /** Absolute URL of a page for developers. */
  readonly documentation?: string | undefined
}

const BESIDES: Record<Exclude<keyof ProtectedResourceOptions, keyof Settings>, true> = {
  path: true,
  scopes: true,
  name: true,
  documentation: true,
}

/**
 * Serves RFC 9728 Protected Resource Metadata, made of configuration alone.
 *
 * ```ts
 * app.route('/', protectedResource({ env: process.env, path: '/api', scopes: ['read:notes'] }))
 * ```
 *
 * @param options settings by the rule of `Settings`; `path`, `scopes`, `name` and `documentation` of the
 *   resource
 * @returns a Hono app with one path, `/.well-known/oauth-protected-resource` followed by the resource's, to
 *   be mounted at `/`; its `fetch` is a handler for servers without Hono. GET and HEAD answer 200 (304 when
 *   the entity tag matches), from any origin; other methods 405
 * @throws {ConfigError} with everything that is wrong with the options, all at once
 * @see RFC 9728 §2, §3
 */
export function protectedResource(options: ProtectedResourceOptions = {}): Hono {
  const { name, documentation, scopes } = options
  const read = configOf(options, {
    name: 'protectedResource',
    besides: Object.keys(BESIDES),
    signIn: false,
    problems: [...resourceProblems(options), ...documentationProblems(options)],
  })
  const config = withResource(read, options)
  const { pathname } = new URL(resourceMetadataUrl(config.resource))
  const description = {
    ...(name === undefined ? {} : { name }),
    ...(documentation === undefined ? {} : { documentation }),
    ...(scopes === undefined ? {} : { scopes }),
  }
  return documents({ [pathname]: resourceMetadata(config, description) })
}

function documentationProblems({ documentation }: ProtectedResourceOptions): ConfigProblem[] {
  return documentation === undefined || /^https?:$/.test(protocolOf(documentation))
    ? []
    : [problem('documentation', 'is not a web address.', 'Write it with https://.')]
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : ''
}
