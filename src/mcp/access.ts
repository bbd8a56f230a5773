/**
 * What a call needs and what the caller has. Decided here from the tools' own declarations, before any
 * transport sees the request, so that both eras and every transport answer alike.
 */
import type { Principal } from '../oauth/principal.ts'
import type { RpcRequest } from './message.ts'
import type { Risk, Tool } from './tool.ts'

/** The tools of a server, by name. */
export type Catalogue = ReadonlyMap<string, Tool>

/**
 * Indexes tools by name.
 *
 * @throws {TypeError} when two tools share a name
 */
export function createCatalogue(tools: readonly Tool[]): Catalogue {
  const catalogue = new Map(tools.map((tool) => [tool.name, tool]))
  if (catalogue.size !== tools.length) throw new TypeError('Two tools share a name.')
  return catalogue
}

/**
 * All scopes a request needs: the baseline for whatever it is, and those of the tool it calls.
 *
 * @returns scopes in a stable order, without repetitions; an unknown tool needs the baseline only, and
 *   is answered by the protocol
 */
export function neededScopes(
  request: RpcRequest,
  catalogue: Catalogue,
  required: readonly string[],
): readonly string[] {
  return [...new Set([...required, ...(calledTool(request, catalogue)?.scopes ?? [])])]
}

/**
 * How much a request can change.
 *
 * @returns the risk of the tool it calls; anything else only reads
 */
export function riskOf(request: RpcRequest, catalogue: Catalogue): Risk {
  return calledTool(request, catalogue)?.risk ?? 'read'
}

function calledTool({ method, params }: RpcRequest, catalogue: Catalogue): Tool | undefined {
  const name = method === 'tools/call' ? params?.name : undefined
  return typeof name === 'string' ? catalogue.get(name) : undefined
}

/** Whether the caller holds every one of the scopes. */
export function holds(principal: Principal, scopes: readonly string[]): boolean {
  return scopes.every((scope) => principal.scopes.includes(scope))
}
