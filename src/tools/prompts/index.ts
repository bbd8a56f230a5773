/** Every prompt of this server, in the order clients list them. */
import type { Config } from '../../config.ts'
import type { Prompt } from '../../mcp/prompt.ts'
import type { Desk } from '../management/desk.ts'
import { suggestSlugs } from '../management/slugs.ts'
import { connectMcpClient } from './connect-mcp-client.ts'
import { reviewEnvironmentSecurity } from './review-environment-security.ts'
import { setUpSignIn } from './set-up-sign-in.ts'

/**
 * @param desk where slugs are looked up; without it there is nothing to set up or review
 * @param toolsets that are offered
 */
export function serverPrompts(
  config: Config,
  desk: Desk | undefined,
  toolsets: readonly string[],
): readonly Prompt[] {
  const connect = connectMcpClient(config, toolsets)
  if (desk === undefined) return [connect]
  const suggest = suggestSlugs(desk)
  return [setUpSignIn(suggest), reviewEnvironmentSecurity(suggest), connect]
}
