/** Names of the toolsets: what operators and requests narrow by. */

/** Those that manage Stytch, and need a workspace key. */
export const MANAGEMENT_TOOLSETS = [
  'projects',
  'environments',
  'redirect_urls',
  'public_tokens',
  'secrets',
  'email_templates',
  'password_policy',
  'sdk_config',
  'rbac_policy',
  'jwt_templates',
  'country_codes',
  'event_log_streaming',
  'trusted_tokens',
  'metrics',
] as const

/** Every toolset there is. */
export const TOOLSETS = ['identity', ...MANAGEMENT_TOOLSETS] as const

export type Toolset = (typeof TOOLSETS)[number]

/** Offered unless an operator chooses: what Stytch's hosted server can do, and little enough to read. */
export const DEFAULT_TOOLSETS: readonly Toolset[] = Object.freeze([
  'identity',
  'projects',
  'environments',
  'redirect_urls',
  'public_tokens',
  'secrets',
  'email_templates',
  'password_policy',
  'sdk_config',
])

/** Whether a text names a toolset. */
export function isToolset(name: string): name is Toolset {
  return (TOOLSETS as readonly string[]).includes(name)
}
