/** Every tool that manages Stytch, by toolset, in the order clients list them. */
import type { Tool } from '../../mcp/tool.ts'
import { countryCodeTools } from './country-codes.ts'
import { declareFor } from './declare.ts'
import type { Desk } from './desk.ts'
import { emailTemplateTools } from './email-templates.ts'
import { environmentTools } from './environments.ts'
import { eventLogStreamingTools } from './event-log-streaming.ts'
import { jwtTemplateTools } from './jwt-templates.ts'
import { metricsTools } from './metrics.ts'
import { passwordPolicyTools } from './password-policy.ts'
import { projectTools } from './projects.ts'
import { publicTokenTools } from './public-tokens.ts'
import { rbacPolicyTools } from './rbac-policy.ts'
import { redirectURLTools } from './redirect-urls.ts'
import { sdkConfigTools } from './sdk-config.ts'
import { secretTools } from './secrets.ts'
import { trustedTokenTools } from './trusted-tokens.ts'

/** @param desk what they work with */
export function managementTools(desk: Desk): readonly Tool[] {
  const declare = declareFor(desk)
  return [
    ...projectTools(declare, desk),
    ...environmentTools(declare, desk),
    ...redirectURLTools(declare),
    ...publicTokenTools(declare, desk),
    ...secretTools(declare, desk),
    ...emailTemplateTools(declare),
    ...passwordPolicyTools(declare),
    ...sdkConfigTools(declare),
    ...rbacPolicyTools(declare),
    ...jwtTemplateTools(declare),
    ...countryCodeTools(declare),
    ...eventLogStreamingTools(declare, desk),
    ...trustedTokenTools(declare),
    ...metricsTools(declare),
  ]
}
