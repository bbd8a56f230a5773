/** `defineResource` and `defineResourceTemplate`: what clients can read, declared once for every era. */
import { type Icon, UriTemplate, type Variables } from '@modelcontextprotocol/server'
import type { CallContext } from './call-context.ts'
import type { Complete } from './completion.ts'
import { declaredScopes } from './tool.ts'

/** Contents of a resource: text, or bytes in base64. */
export type Contents = { readonly mimeType?: string } & (
  | { readonly text: string }
  | { readonly blob: string }
)

interface Described {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType?: string
  readonly icons?: readonly Icon[]
  /** All scopes a read needs. */
  readonly scopes: readonly string[]
  /** Tools that tell the same: who may not see all of them does not see this either. */
  readonly tools?: readonly string[]
  /** Milliseconds the reader, and nobody else, may keep the contents; 0 when it does not say. */
  readonly ttlMs?: number
}

/** One resource at one address. */
export interface Resource extends Described {
  readonly uri: string
  /** @throws {ToolError} when the model should be told what to do next; `not_found` for what is not there */
  read(context: CallContext): Promise<Contents>
}

/** Resources whose addresses follow an RFC 6570 template. */
export interface ResourceTemplateDeclaration extends Described {
  readonly uriTemplate: string
  /** Suggests values for a variable; by variable. */
  readonly complete?: Readonly<Record<string, Complete>>
  /** @throws {ToolError} as {@link Resource} */
  read(variables: Variables, context: CallContext): Promise<Contents>
}

/** A declared template, ready to be matched. */
export interface DeclaredTemplate extends ResourceTemplateDeclaration {
  /** The variables an address holds; `null` for one that is none of these. */
  readonly match: (uri: string) => Variables | null
  readonly matches: (uri: string) => boolean
}

/**
 * Declares a resource.
 *
 * @throws {TypeError} for an address that is no URI in its normal form, which is the one clients are
 *   answered by; when no scope is declared; or for a `ttlMs` that is no time
 */
export function defineResource(resource: Resource): Resource {
  if (!URL.canParse(resource.uri)) throw new TypeError(`${resource.uri} is not a URI.`)
  const { href } = new URL(resource.uri)
  if (href !== resource.uri) throw new TypeError(`${resource.uri} must be written ${href}.`)
  checkTtl(`Resource ${resource.uri}`, resource.ttlMs)
  const scopes = declaredScopes(`Resource ${resource.uri}`, resource.scopes)
  return Object.freeze({ ...resource, scopes })
}

/**
 * Declares a resource template.
 *
 * @throws {TypeError} when no scope is declared, or for a `ttlMs` that is no time
 */
export function defineResourceTemplate(template: ResourceTemplateDeclaration): DeclaredTemplate {
  const { uriTemplate } = template
  checkTtl(`Resource template ${uriTemplate}`, template.ttlMs)
  const pattern = new UriTemplate(uriTemplate)
  return Object.freeze({
    ...template,
    scopes: declaredScopes(`Resource template ${uriTemplate}`, template.scopes),
    match: (uri: string) => pattern.match(uri),
    matches: (uri: string) => pattern.match(uri) !== null,
  })
}

function checkTtl(what: string, ttlMs = 0): void {
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 0) {
    throw new TypeError(`${what}: ttlMs must be a whole number of milliseconds.`)
  }
}
