/**
 * SDK configuration: what frontends may do in an environment. Stytch replaces it as a whole; these tools
 * take what should change, so that nobody has to repeat the rest.
 */
import { z } from 'zod'
import { applyPatch, fingerprint, type Json } from '../../mcp/difference.ts'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import { StytchError } from '../../stytch/failure.ts'
import type { Whole } from '../../stytch/management/answer.ts'
import type { Management } from '../../stytch/management.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { checked } from './checked.ts'
import type { Declare, Hands } from './declare.ts'
import { complete, inWords, replacing, UNCHANGED, version } from './patch.ts'
import { b2bSettings, consumerSettings } from './sdk-settings.ts'

/** The configuration of one vertical. */
interface Vertical {
  /** As the names of tools spell it. */
  readonly name: 'Consumer' | 'B2B'
  /** What may be patched. */
  readonly settings: z.ZodType
  get(stytch: Management, at: Asking): Promise<Whole<object>>
  set(stytch: Management, config: object, at: Asking): Promise<Whole<object>>
}

type Asking = Pick<Hands<'environment'>, 'where' | 'signal'>

const CONSUMER: Vertical = {
  name: 'Consumer',
  settings: consumerSettings,
  get: ({ sdkConfig }, { where, signal }) => sdkConfig.getConsumer(where, { signal }),
  set: ({ sdkConfig }, config, { where, signal }) =>
    sdkConfig.setConsumer(where, config, { signal }),
}
const B2B: Vertical = {
  name: 'B2B',
  settings: b2bSettings,
  get: ({ sdkConfig }, { where, signal }) => sdkConfig.getB2B(where, { signal }),
  set: ({ sdkConfig }, config, { where, signal }) => sdkConfig.setB2B(where, config, { signal }),
}

const common = {
  toolset: 'sdk_config',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug'],
  long: { maxText: 2_048, maxSize: 128 * 1024 },
} as const

/** The tools of toolset `sdk_config`. */
export function sdkConfigTools(declare: Declare): readonly Tool[] {
  return [
    look(declare, CONSUMER),
    look(declare, B2B),
    update(declare, CONSUMER),
    update(declare, B2B),
  ]
}

function look({ read }: Declare, vertical: Vertical): Tool {
  const { name } = vertical
  return read({
    ...common,
    name: `get${name}SDKConfig`,
    title: `Look at the ${name} SDK configuration`,
    description: `Tells what frontend SDKs may do in an environment of a ${name} project.`,
    scopes: [READ_SETTINGS],
    operations: [name === 'B2B' ? 'sdkConfig.getB2B' : 'sdkConfig.getConsumer'],
    input: {},
    output: z.object({ config: z.looseObject({}), version: z.string() }),
    async run(_, { stytch, ...at }) {
      const { document, complete } = await ofVertical(vertical, vertical.get(stytch, at))
      return {
        summary: complete
          ? 'Found.'
          : 'Found. Stytch has further settings that this server does not know, so it cannot change any.',
        data: { config: { ...document }, version: await fingerprint(document) },
      }
    },
  })
}

function update({ change }: Declare, vertical: Vertical): Tool {
  const { name } = vertical
  return change({
    ...common,
    name: `update${name}SDKConfig`,
    title: `Change the ${name} SDK configuration`,
    description: `Changes what frontend SDKs may do in an environment, at once for everybody. Call get${name}SDKConfig first. A person must confirm.`,
    risk: 'destructive',
    idempotent: true,
    scopes: [MANAGE_SETTINGS],
    operations:
      name === 'B2B'
        ? ['sdkConfig.getB2B', 'sdkConfig.setB2B']
        : ['sdkConfig.getConsumer', 'sdkConfig.setConsumer'],
    input: {
      config: z
        .looseObject({})
        .describe('Only what changes (JSON Merge Patch): null resets, a list replaces the list'),
      ...version,
    },
    output: z.object({ version: z.string() }),
    async prepare(input, { stytch, ...at }) {
      const patch = checked('config', vertical.settings, input.config)
      const { before, after, changes, replace } = await replacing<object>({
        read: async () => complete(await ofVertical(vertical, vertical.get(stytch, at))),
        change: (current) => applyPatch(current as Json, patch as Json) as object,
        write: async (config) => (await vertical.set(stytch, config, at)).document,
        version: input.version,
      })
      const { environment, project } = at.where
      return {
        before,
        after,
        ...(changes.length > 0 && {
          confirm: {
            question: `Change the SDK configuration of environment ${environment} of project ${project}: ${inWords(changes)}`,
            phrase: environment,
          },
        }),
        apply: async () => {
          const { version } = await replace()
          return {
            summary: changes.length === 0 ? UNCHANGED : 'The SDK configuration was changed.',
            data: { version },
          }
        },
      }
    },
  })
}

const OTHER_VERTICAL = ['invalid_b2b_endpoint', 'invalid_consumer_endpoint']

/** Says which tool is the right one, which Stytch's refusal does not. */
async function ofVertical<Found>({ name }: Vertical, asking: Promise<Found>): Promise<Found> {
  try {
    return await asking
  } catch (error) {
    if (!(error instanceof StytchError && OTHER_VERTICAL.includes(error.errorType ?? ''))) {
      throw error
    }
    throw new ToolError(
      'invalid_arguments',
      `This is no ${name} project. Use the ${name === 'B2B' ? 'Consumer' : 'B2B'} tool.`,
    )
  }
}
