/** What a server offers: what its builder declared, or else our own tools, and what follows from them. */
import type { Config } from './config.ts'
import { applyPlanTool } from './mcp/apply-plan.ts'
import { type Catalogue, createCatalogue, type Offer } from './mcp/catalogue.ts'
import { createPlans, type Plans } from './mcp/plans.ts'
import type { Tool } from './mcp/tool.ts'
import { serverOffer } from './tools/index.ts'
import { createDesk, type DeskOptions } from './tools/management/desk.ts'
import { IMPLIED_SCOPES } from './tools/scopes.ts'
import type { OneTimeSecrets } from './web/secrets/one-time-secrets.ts'

/** What is offered, and how plans of it are kept. */
export interface Offered {
  readonly catalogue: Catalogue
  readonly plans: Plans
  /** Present where tools hand secrets over. */
  readonly secrets?: OneTimeSecrets
}

/**
 * Puts the offer together. Without tools of the builder's own there are the server's; and the server's
 * resources, templates and prompts where the builder declared nothing at all.
 */
export function offerOf(
  config: Config,
  dependencies: Offer & Omit<DeskOptions, 'config' | 'policy'>,
): Offered {
  const { store, now } = dependencies
  const policy = config.management
  const desk = policy && createDesk({ ...dependencies, config, policy })
  const offer = chosen(dependencies, serverOffer(config, desk))

  const plans = createPlans(store, now)
  const planned = new Map<string, Tool>()
  for (const tool of offer.tools ?? []) if (tool.applyPlanned) planned.set(tool.name, tool)
  const tools = [
    ...(offer.tools ?? []),
    ...(planned.size > 0 ? [applyPlanTool(plans, planned)] : []),
  ]
  return {
    plans,
    catalogue: createCatalogue({ ...offer, tools }, IMPLIED_SCOPES),
    ...(desk && { secrets: desk.secrets }),
  }
}

function chosen({ tools, resources, templates, prompts }: Offer, server: Offer): Offer {
  const own = [tools, resources, templates, prompts].some((kind) => kind !== undefined)
  return own ? { tools: tools ?? server.tools, resources, templates, prompts } : server
}
