/**
 * The configuration of one environment in one document, for those who want the whole picture. Made of what
 * the get tools tell, part by part: a part that cannot be had is named as missing, and the rest is there.
 * No part holds a secret, because none is asked for.
 */
import { ToolError } from '../../mcp/tool.ts'
import { type FieldPath, inert, TooLarge } from '../../mcp/untrusted.ts'
import type { Whole } from '../../stytch/management/answer.ts'
import type { Vertical } from '../../stytch/management/projects.ts'
import { LONGEST_TEMPLATE } from './environments.ts'
import { told } from './failure.ts'
import type { Reached } from './gates.ts'

type Asking = Reached<'environment'>

/** A part of the document. */
interface Part {
  /** Its member of the document. */
  readonly name: string
  /** The tool that tells the same: the part is there for those who may see it. */
  readonly tool: string
  /** Of the projects that have it; all, unless it says so. */
  readonly vertical?: Vertical
  read(asking: Asking): Promise<unknown>
}

/** The tool that tells the settings: without it there is no document. */
export const ENVIRONMENT_TOOL = 'getEnvironment'

/** From what is read most to what may be longest, so that the longest is cut first. */
const PARTS: readonly Part[] = [
  {
    name: 'redirect_urls',
    tool: 'getAllRedirectURLs',
    read: ({ stytch, where, signal }) => stytch.redirectURLs.getAll(where, { signal }),
  },
  {
    name: 'public_tokens',
    tool: 'getAllPublicTokens',
    read: ({ stytch, where, signal }) => stytch.publicTokens.getAll(where, { signal }),
  },
  {
    name: 'password_strength_config',
    tool: 'getPasswordStrengthConfig',
    read: ({ stytch, where, signal }) => stytch.passwordStrength.get(where, { signal }),
  },
  {
    name: 'sdk_config',
    tool: 'getConsumerSDKConfig',
    vertical: 'CONSUMER',
    read: ({ stytch, where, signal }) => known(stytch.sdkConfig.getConsumer(where, { signal })),
  },
  {
    name: 'sdk_config',
    tool: 'getB2BSDKConfig',
    vertical: 'B2B',
    read: ({ stytch, where, signal }) => known(stytch.sdkConfig.getB2B(where, { signal })),
  },
  {
    name: 'sms_country_codes',
    tool: 'getAllowedCountryCodes',
    read: ({ stytch, where, signal }) => stytch.countryCodes.getSMS(where, { signal }),
  },
  {
    name: 'whatsapp_country_codes',
    tool: 'getAllowedCountryCodes',
    vertical: 'CONSUMER',
    read: ({ stytch, where, signal }) => stytch.countryCodes.getWhatsApp(where, { signal }),
  },
  {
    name: 'session_jwt_template',
    tool: 'getJWTTemplate',
    read: ({ stytch, where, signal }) => stytch.jwtTemplates.get(where, 'SESSION', { signal }),
  },
  {
    name: 'm2m_jwt_template',
    tool: 'getJWTTemplate',
    read: ({ stytch, where, signal }) => stytch.jwtTemplates.get(where, 'M2M', { signal }),
  },
  {
    name: 'rbac_policy',
    tool: 'getRBACPolicy',
    read: ({ stytch, where, signal }) => known(stytch.rbacPolicy.get(where, { signal })),
  },
]

/** The tools whose parts are in a document, if they are offered. */
export const PART_TOOLS: readonly string[] = Object.freeze([
  ...new Set(PARTS.map(({ tool }) => tool)),
])

/** A part that is not there, and why. */
interface Missing {
  readonly part: string
  readonly code: string
  readonly message: string
}

/**
 * Reads the document.
 *
 * @param sees whether the caller may see a tool
 * @returns it, harmless and at most 64 KiB. `missing` names what Stytch did not give, or what was too
 *   much; `not_offered` what this caller may not see
 * @throws {ToolError} when there is no such environment, or not one part of it can be had
 */
export async function environmentDocument(
  asking: Asking,
  sees: (tool: string) => boolean,
): Promise<object> {
  const { stytch, where, signal } = asking
  const missing: Missing[] = []
  const [settings, project] = await Promise.all([
    attempt(() => stytch.environments.get(where, { signal })),
    attempt(() => stytch.projects.get(where.project, { signal })),
  ])
  if (settings.failure?.code === 'not_found') throw settings.failure
  if (project.failure?.code === 'not_found') throw project.failure

  const vertical = project.found?.vertical
  const ofVertical = PARTS.filter(
    (part) => part.vertical === undefined || part.vertical === vertical,
  )
  const seen = ofVertical.filter(({ tool }) => sees(tool))
  const read = await Promise.all(seen.map((part) => attempt(() => part.read(asking))))

  const parts = [
    ['vertical', project.failure ? project : { found: vertical }] as const,
    ['settings', settings] as const,
    ...seen.map(({ name }, index) => [name, read[index] as Attempt<unknown>] as const),
  ]
  const failures = parts.flatMap(([, { failure }]) => failure ?? [])
  if (failures.length === parts.length) throw failures[0]

  const document: Record<string, unknown> = {
    project_slug: where.project,
    environment_slug: where.environment,
  }
  let left = MAX_SIZE
  for (const [part, { found, failure }] of parts) {
    const shown = failure ?? harmless(found, left)
    if (shown instanceof ToolError) {
      missing.push({ part, code: shown.code, message: shown.message })
    } else {
      document[part] = shown.value
      left -= shown.size
    }
  }
  const notOffered = ofVertical.filter(({ tool }) => !sees(tool)).map(({ name }) => name)
  return {
    ...document,
    ...(missing.length > 0 && { missing }),
    ...(notOffered.length > 0 && { not_offered: notOffered }),
  }
}

/** What came of asking. */
interface Attempt<Found> {
  readonly found?: Found
  readonly failure?: ToolError
}

async function attempt<Found>(ask: () => Promise<Found>): Promise<Attempt<Found>> {
  try {
    return { found: await told(ask) }
  } catch (error) {
    if (error instanceof ToolError) return { failure: error }
    throw error
  }
}

/** A document that is set as a whole, and whether all of it is shown. */
async function known<Document extends object>(asked: Promise<Whole<Document>>): Promise<object> {
  const { document, complete } = await asked
  return complete ? document : { ...document, has_more_than_this_server_knows: true }
}

/** Bytes of the parts; names, and what is missing, come on top. */
const MAX_SIZE = 60 * 1024
const LONGEST_URL = 2_048

function field(path: FieldPath) {
  const name = String(path.at(-1))
  if (name.endsWith('template_content')) return { max: LONGEST_TEMPLATE, lines: true }
  return name === 'url' || name.endsWith('_url') ? { max: LONGEST_URL } : undefined
}

const encoder = new TextEncoder()

function harmless(found: unknown, maxSize: number): { value: unknown; size: number } | ToolError {
  try {
    const value = inert(found ?? null, { field, maxSize })
    return { value, size: encoder.encode(JSON.stringify(value)).length }
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error
    return new ToolError('too_large', 'This part is longer than fits. Call its get tool.')
  }
}
