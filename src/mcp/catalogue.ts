/** Everything a server offers, indexed once. */
import type { Prompt } from './prompt.ts'
import type { DeclaredTemplate, Resource } from './resource.ts'
import type { Tool } from './tool.ts'

/** What is declared. */
export interface Offer {
  readonly tools?: readonly Tool[]
  readonly resources?: readonly Resource[]
  readonly templates?: readonly DeclaredTemplate[]
  readonly prompts?: readonly Prompt[]
}

/** Scope → the scopes it includes. What is not in the table includes itself alone. */
export type ImpliedScopes = Readonly<Record<string, readonly string[]>>

/** What is declared, by what requests name it by. */
export interface Catalogue {
  readonly tools: ReadonlyMap<string, Tool>
  readonly resources: ReadonlyMap<string, Resource>
  readonly templates: readonly DeclaredTemplate[]
  readonly prompts: ReadonlyMap<string, Prompt>
  /** Scope → the scopes it includes, and those they include. */
  readonly implied: ReadonlyMap<string, ReadonlySet<string>>
  /** All there is, where this is a part of it. */
  readonly whole?: Catalogue
}

/**
 * Indexes an offer. Lists keep the order of declaration.
 *
 * @param implies what scopes include
 * @throws {TypeError} when two of a kind share a name, or one has a name every object has
 */
export function createCatalogue(offer: Offer, implies: ImpliedScopes = {}): Catalogue {
  byName('templates', offer.templates, ({ name }) => name)
  return Object.freeze({
    tools: byName('tools', offer.tools, ({ name }) => name),
    resources: byName('resources', offer.resources, ({ uri }) => uri),
    templates: offer.templates ?? [],
    prompts: byName('prompts', offer.prompts, ({ name }) => name),
    implied: closure(implies),
  })
}

/** Maps, not objects: `constructor` and `__proto__` name nothing. */
function byName<T>(what: string, all: readonly T[] = [], name: (one: T) => string) {
  const index = new Map(all.map((one) => [name(one), one]))
  // The SDK keeps its index in an object, where these are taken.
  const taken = [...index.keys()].find((key) => key in Object.prototype)
  if (taken !== undefined) throw new TypeError(`${what} cannot be named ${taken}.`)
  if (index.size !== all.length) throw new TypeError(`Two ${what} share a name.`)
  return index
}

function closure(implies: ImpliedScopes) {
  const reach = (scope: string, seen: Set<string>): Set<string> => {
    for (const one of Object.hasOwn(implies, scope) ? (implies[scope] ?? []) : []) {
      if (!seen.has(one)) reach(one, seen.add(one))
    }
    return seen
  }
  return new Map(Object.keys(implies).map((scope) => [scope, reach(scope, new Set())]))
}
