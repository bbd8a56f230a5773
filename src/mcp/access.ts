/**
 * What a call needs and what the caller has. Decided here from the declarations, before any transport
 * sees the request, so that both eras and every transport answer alike.
 */
import type { Principal } from '../oauth/principal.ts'
import type { Catalogue } from './catalogue.ts'
import type { RpcRequest } from './message.ts'
import type { Risk } from './tool.ts'

/**
 * The scopes of what a request names.
 *
 * @returns scopes as declared; none for what nobody declared, which the protocol answers
 */
export function neededScopes(request: RpcRequest, catalogue: Catalogue): readonly string[] {
  return named(request, catalogue)?.scopes ?? []
}

/**
 * How much a request can change.
 *
 * @returns the risk of the tool it calls; anything else only reads
 */
export function riskOf({ method, params }: RpcRequest, { tools }: Catalogue): Risk {
  const name = method === 'tools/call' ? params?.name : undefined
  return (typeof name === 'string' ? tools.get(name)?.risk : undefined) ?? 'read'
}

/** Whether the caller holds every one of the scopes. */
export function holds(principal: Principal, scopes: readonly string[]): boolean {
  return scopes.every((scope) => principal.scopes.includes(scope))
}

/** The declaration a request is about. */
function named({ method, params = {} }: RpcRequest, catalogue: Catalogue) {
  const { name, uri, ref } = params as { name?: unknown; uri?: unknown; ref?: unknown }
  switch (method) {
    case 'tools/call':
      return typeof name === 'string' ? catalogue.tools.get(name) : undefined
    case 'prompts/get':
      return typeof name === 'string' ? catalogue.prompts.get(name) : undefined
    case 'resources/read':
    case 'resources/subscribe':
      return typeof uri === 'string' ? resource(uri, catalogue) : undefined
    case 'completion/complete':
      return completed(ref, catalogue)
    default:
      return undefined
  }
}

function resource(uri: string, { resources, templates }: Catalogue) {
  return resources.get(uri) ?? templates.find(({ matches }) => matches(uri))
}

/** Suggestions tell what exists, so they need what reading it needs. */
function completed(ref: unknown, { prompts, templates }: Catalogue) {
  if (typeof ref !== 'object' || ref === null) return undefined
  const { name, uri } = ref as { name?: unknown; uri?: unknown }
  if (typeof name === 'string') return prompts.get(name)
  return templates.find(({ uriTemplate }) => uriTemplate === uri)
}
