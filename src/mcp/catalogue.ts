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

/** What is declared, by what requests name it by. */
export interface Catalogue {
  readonly tools: ReadonlyMap<string, Tool>
  readonly resources: ReadonlyMap<string, Resource>
  readonly templates: readonly DeclaredTemplate[]
  readonly prompts: ReadonlyMap<string, Prompt>
}

/**
 * Indexes an offer. Lists keep the order of declaration.
 *
 * @throws {TypeError} when two of a kind share a name
 */
export function createCatalogue(offer: Offer): Catalogue {
  return Object.freeze({
    tools: byName('tools', offer.tools, ({ name }) => name),
    resources: byName('resources', offer.resources, ({ uri }) => uri),
    templates: offer.templates ?? [],
    prompts: byName('prompts', offer.prompts, ({ name }) => name),
  })
}

/** Maps, not objects: `constructor` and `__proto__` name nothing. */
function byName<T>(what: string, all: readonly T[] = [], name: (one: T) => string) {
  const index = new Map(all.map((one) => [name(one), one]))
  if (index.size !== all.length) throw new TypeError(`Two ${what} share a name.`)
  return index
}
