/** `review-environment-security`: looks for what is too open in an environment. Changes nothing. */
import { z } from 'zod'
import { definePrompt, type Prompt } from '../../mcp/prompt.ts'
import type { SlugSuggestions } from '../management/slugs.ts'
import { READ_SETTINGS } from '../scopes.ts'
import { named, placeArgs } from './place.ts'
import { houseRules, numbered, said } from './text.ts'

/** What to look at: by which tool, and for what. */
const CHECKS: readonly { readonly tools: readonly string[]; readonly looksFor: string }[] = [
  {
    tools: ['getEnvironment'],
    looksFor:
      'Is it TEST or LIVE? user_impersonation_enabled and cross_org_passwords_enabled without a reason; no lock after failed sign-ins (user_lock_threshold far above 10, user_lock_ttl of seconds); dynamic client registration that nobody uses; an idp_authorization_url or a migration URL on a host that is not ours.',
  },
  {
    tools: ['getAllRedirectURLs'],
    looksFor:
      'In a LIVE environment: http, localhost, tunnels and preview hosts. Anywhere: wildcards, hosts I do not recognise, addresses that redirect further. For each type, whether its default is the right one.',
  },
  {
    tools: ['getConsumerSDKConfig', 'getB2BSDKConfig'],
    looksFor:
      'Call the one that fits the project. Domains that are not ours; methods that are on and not used; methods without PKCE; sessions longer than a month; cookies that are not HttpOnly; device fingerprinting off or only watching; for B2B: allow_self_onboarding, and slug_pattern that matches foreign hosts.',
  },
  {
    tools: ['getPasswordStrengthConfig'],
    looksFor:
      'Breached passwords accepted at creation or at sign-in; a LUDS policy shorter than 12 characters (ZXCVBN is better).',
  },
  {
    tools: ['getAllPublicTokens'],
    looksFor: 'More than are in use. They are no secrets, but each is a way in for a frontend.',
  },
  {
    tools: ['getAllSecrets'],
    looksFor: 'Secrets never used, not used for 90 days, or more than one per server.',
  },
  {
    tools: ['getJWTTemplate'],
    looksFor:
      'Both types: claims that put metadata, e-mail addresses or roles into tokens that need none; a custom audience another service accepts.',
  },
  {
    tools: ['getRBACPolicy'],
    looksFor:
      'Roles with action * or more than their name says; rights of the default role everybody has; scopes that grant more than an app needs.',
  },
  {
    tools: ['getAllowedCountryCodes'],
    looksFor: 'Countries we have nobody in: each invites toll fraud by SMS or WhatsApp.',
  },
  {
    tools: ['getAllTrustedTokenProfiles'],
    looksFor:
      'Issuers that are not ours, can_jit_provision, and keys nobody knows the owner of: who holds one signs anyone in.',
  },
  {
    tools: ['getEventLogStreaming'],
    looksFor: 'LIVE without any stream of its log: nobody would see an attack.',
  },
]

/** Without these there is too little to review. */
const TOOLS = [
  'getProject',
  'getEnvironment',
  'getAllRedirectURLs',
  'getConsumerSDKConfig',
  'getB2BSDKConfig',
]

/** @param suggest slugs */
export function reviewEnvironmentSecurity(suggest: SlugSuggestions): Prompt {
  return definePrompt({
    name: 'review-environment-security',
    title: 'Review the security of an environment',
    description:
      'Goes through the settings of an environment, tells what is too open and proposes what to change. Changes nothing.',
    scopes: [READ_SETTINGS],
    tools: TOOLS,
    args: z.object(placeArgs(suggest)),
    get: async ({ project_slug, environment_slug }, { sees }) => {
      const checks = CHECKS.filter(({ tools }) => tools.every(sees))
      const skipped = CHECKS.filter(({ tools }) => !tools.every(sees)).flatMap(({ tools }) => tools)
      return said(
        `Review the security of ${named(project_slug, environment_slug)}. Look, and change nothing.`,
        'Call getProject to learn whether it is for consumers or B2B. Then:',
        numbered(checks.map(({ tools, looksFor }) => `${tools.join(' or ')}: ${looksFor}`)),
        skipped.length > 0 &&
          `Not offered to you, so name it as not reviewed: ${skipped.join(', ')}.`,
        'Answer with a table, the gravest first: what you found and in which field, why it matters here, how grave it is in this type of environment, and which tool with which arguments would mend it. Tell apart what is wrong from what you cannot know without me, and ask me about the latter. Say also what is in good order.',
        sees('applyPlan') && 'Then offer to mend one thing at a time.',
        houseRules(sees),
      )
    },
  })
}
