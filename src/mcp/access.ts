/**
 * What a call needs and what the caller has. Decided here from the tools' own declarations, before any
 * transport sees the request, so that both eras and every transport answer alike.
 */
import type { Principal } from '../oauth/principal.ts'
import type { RpcRequest } from './message.ts'
import type { Tool } from './tool.ts'

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
  if (request.method !== 'tools/call') return required
  const name = request.params?.name
  const tool = typeof name === 'string' ? catalogue.get(name) : undefined
  return [...new Set([...required, ...(tool?.scopes ?? [])])]
}

/** Whether the caller holds every one of the scopes. */
export function holds(principal: Principal, scopes: readonly string[]): boolean {
  return scopes.every((scope) => principal.scopes.includes(scope))
}
