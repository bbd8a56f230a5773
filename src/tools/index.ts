/** Every tool this server offers. */
import type { Tool } from '../mcp/tool.ts'
import { whoami } from './whoami.ts'

/** All tools, in the order clients list them. */
export function tools(): readonly Tool[] {
  return [whoami]
}
