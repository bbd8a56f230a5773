/** Everything this server offers, up to the operator's ceiling. */
import type { Config } from '../config.ts'
import type { Offer } from '../mcp/catalogue.ts'
import { beside } from '../mcp/visible.ts'
import type { Desk } from './management/desk.ts'
import { managementTools } from './management/index.ts'
import { managementResources } from './management/resources.ts'
import { serverPrompts } from './prompts/index.ts'
import { whoami } from './whoami.ts'

/**
 * The offer of this server.
 *
 * @param config its `offer` is the ceiling: toolsets, and whether only to read. Resources and prompts are
 *   there with the tools they go with
 * @param desk what the management tools work with; without it there are none
 * @returns each kind in the order clients list it
 */
export function serverOffer(config: Config, desk: Desk | undefined): Offer {
  const { readOnly, toolsets } = config.offer
  const ceiling: readonly string[] = toolsets
  const tools = [whoami, ...(desk === undefined ? [] : managementTools(desk))].filter(
    ({ toolset, risk }) => ceiling.includes(toolset) && (!readOnly || risk === 'read'),
  )
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const present = [...new Set(tools.map(({ toolset }) => toolset))]
  return {
    tools,
    ...(desk && managementResources(desk, byName)),
    prompts: serverPrompts(config, desk, present).filter(beside(byName)),
  }
}
