/** `defineResource` and `defineResourceTemplate`: what clients can read, declared once for every era. */
import { UriTemplate, type Variables } from '@modelcontextprotocol/server'
import type { CallContext } from './call-context.ts'
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
  /** All scopes a read needs. */
  readonly scopes: readonly string[]
}

/** One resource at one address. */
export interface Resource extends Described {
  readonly uri: string
  read(context: CallContext): Promise<Contents>
}

/** Resources whose addresses follow an RFC 6570 template. */
export interface ResourceTemplateDeclaration extends Described {
  readonly uriTemplate: string
  /** Suggests values for a variable; by variable. */
  readonly complete?: Readonly<Record<string, (value: string) => string[] | Promise<string[]>>>
  read(variables: Variables, context: CallContext): Promise<Contents>
}

/** A declared template, ready to be matched. */
export interface DeclaredTemplate extends ResourceTemplateDeclaration {
  readonly matches: (uri: string) => boolean
}

/**
 * Declares a resource.
 *
 * @throws {TypeError} for an address that is no URI, or when no scope is declared
 */
export function defineResource(resource: Resource): Resource {
  if (!URL.canParse(resource.uri)) throw new TypeError(`${resource.uri} is not a URI.`)
  const scopes = declaredScopes(`Resource ${resource.uri}`, resource.scopes)
  return Object.freeze({ ...resource, scopes })
}

/**
 * Declares a resource template.
 *
 * @throws {TypeError} when no scope is declared
 */
export function defineResourceTemplate(template: ResourceTemplateDeclaration): DeclaredTemplate {
  const { uriTemplate } = template
  const pattern = new UriTemplate(uriTemplate)
  return Object.freeze({
    ...template,
    scopes: declaredScopes(`Resource template ${uriTemplate}`, template.scopes),
    matches: (uri: string) => pattern.match(uri) !== null,
  })
}
