/**
 * What a call needs and what the caller has. Decided here from the declarations, before any transport
 * sees the request, so that both eras and every transport answer alike.
 */
import type { Principal } from '../oauth/principal.ts'
import type { Catalogue } from './catalogue.ts'
import type { RpcRequest } from './message.ts'
import { resourceAt } from './resource-at.ts'
import type { AlsoNeeds, Risk } from './tool.ts'

/**
 * The scopes a request needs.
 *
 * @returns scopes as declared, and those its arguments ask for; none for what nobody declared, which the
 *   protocol answers
 * @throws whatever a declaration's `alsoNeeds` throws: then nobody knows, and it must not run
 */
export function neededScopes(
  request: RpcRequest,
  catalogue: Catalogue,
  principal: Principal,
): readonly string[] | Promise<readonly string[]> {
  const declared = declarationOf(request, catalogue)
  if (declared === undefined) return NONE
  return 'alsoNeeds' in declared && declared.alsoNeeds !== undefined
    ? withMore(declared.scopes, declared.alsoNeeds, request, principal)
    : declared.scopes
}

const NONE: readonly string[] = Object.freeze([])

async function withMore(
  scopes: readonly string[],
  alsoNeeds: AlsoNeeds,
  { params }: RpcRequest,
  principal: Principal,
): Promise<readonly string[]> {
  const more = await alsoNeeds(params?.arguments, principal)
  return more.length === 0 ? scopes : [...scopes, ...more]
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

/** Whether the caller holds every one of the scopes, by name or through one that includes it. */
export function holds(
  { scopes: granted }: Principal,
  scopes: readonly string[],
  { implied }: Pick<Catalogue, 'implied'>,
): boolean {
  for (const scope of scopes) {
    if (!granted.includes(scope) && !isImplied(scope, granted, implied)) return false
  }
  return true
}

function isImplied(
  scope: string,
  granted: readonly string[],
  implied: Catalogue['implied'],
): boolean {
  return granted.some((one) => implied.get(one)?.has(scope) === true)
}

/** The declaration a request is about; `undefined` when it is about none. */
export function declarationOf({ method, params = {} }: RpcRequest, catalogue: Catalogue) {
  const { name, uri, ref } = params as { name?: unknown; uri?: unknown; ref?: unknown }
  switch (method) {
    case 'tools/call':
      return typeof name === 'string' ? catalogue.tools.get(name) : undefined
    case 'prompts/get':
      return typeof name === 'string' ? catalogue.prompts.get(name) : undefined
    case 'resources/read':
    case 'resources/subscribe':
      return typeof uri === 'string' ? resourceAt(uri, catalogue) : undefined
    case 'completion/complete':
      return completed(ref, catalogue)
    default:
      return undefined
  }
}

/** Suggestions tell what exists, so they need what reading it needs. */
function completed(ref: unknown, { prompts, templates }: Catalogue) {
  if (typeof ref !== 'object' || ref === null) return undefined
  const { type, name, uri } = ref as { type?: unknown; name?: unknown; uri?: unknown }
  if (type === 'ref/prompt') return typeof name === 'string' ? prompts.get(name) : undefined
  return templates.find(({ uriTemplate }) => uriTemplate === uri)
}
