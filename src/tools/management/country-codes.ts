/** Country codes: where passcodes may be sent. Numbers of some countries are expensive, and abused. */
import { z } from 'zod'
import { fingerprint } from '../../mcp/difference.ts'
import type { Tool } from '../../mcp/tool.ts'
import type { Management } from '../../stytch/management.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare, Hands } from './declare.ts'
import { replacing, UNCHANGED, version } from './patch.ts'

/** What carries a passcode. */
const CHANNELS = ['sms', 'whatsapp'] as const
const codes = z
  .array(z.string().regex(/^[A-Z]{2}$/))
  .max(300)
  .optional()
const output = z.object({ country_codes: z.array(z.string()), version: z.string() })
const common = {
  toolset: 'country_codes',
  at: 'environment',
  output,
} as const
const named = ['project_id', 'project_slug', 'environment_slug', 'channel']

/** The tools of toolset `country_codes`. */
export function countryCodeTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getAllowedCountryCodes',
      title: 'List allowed countries',
      description:
        'Lists the countries (ISO 3166-1 alpha-2) an environment sends passcodes to. WhatsApp is there for Consumer projects only.',
      scopes: [READ_SETTINGS],
      operations: ['countryCodes.getSMS', 'countryCodes.getWhatsApp'],
      audited: named,
      input: { channel: z.enum(CHANNELS) },
      async run({ channel }, { stytch, ...at }) {
        const found = sorted(await of(channel, stytch, at).get())
        return {
          summary: `${found.length} countries.`,
          data: { country_codes: found, version: await fingerprint(found) },
        }
      },
    }),
    change({
      ...common,
      name: 'setAllowedCountryCodes',
      title: 'Change allowed countries',
      description:
        'Changes the countries passcodes are sent to, at once: sign-ins by phone fail in the others. Adds and removes, or replaces the list by country_codes.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: [
        'countryCodes.getSMS',
        'countryCodes.setSMS',
        'countryCodes.getWhatsApp',
        'countryCodes.setWhatsApp',
      ],
      audited: [...named, 'add', 'remove', 'country_codes'],
      input: {
        channel: z.enum(CHANNELS),
        add: codes,
        remove: codes,
        country_codes: codes,
        ...version,
      },
      async prepare({ channel, version, ...given }, { stytch, ...at }) {
        const list = of(channel, stytch, at)
        const { before, after, changes, replace } = await replacing<readonly string[]>({
          read: async () => sorted(await list.get()),
          change: (current) => changed(current, given),
          write: async (wanted) => sorted(await list.set(wanted)),
          version,
        })
        return {
          before: { country_codes: before },
          after: { country_codes: after },
          apply: async () => {
            const { document, version } = await replace()
            return {
              summary: changes.length === 0 ? UNCHANGED : 'The allowed countries were changed.',
              data: { country_codes: [...document], version },
            }
          },
        }
      },
    }),
  ]
}

function of(
  channel: (typeof CHANNELS)[number],
  { countryCodes }: Management,
  { where, signal }: Pick<Hands<'environment'>, 'where' | 'signal'>,
) {
  const options = { signal }
  return channel === 'sms'
    ? {
        get: () => countryCodes.getSMS(where, options),
        set: (codes: readonly string[]) => countryCodes.setSMS(where, codes, options),
      }
    : {
        get: () => countryCodes.getWhatsApp(where, options),
        set: (codes: readonly string[]) => countryCodes.setWhatsApp(where, codes, options),
      }
}

interface Given {
  readonly add?: readonly string[] | undefined
  readonly remove?: readonly string[] | undefined
  readonly country_codes?: readonly string[] | undefined
}

function changed(current: readonly string[], { add, remove, country_codes }: Given) {
  if (country_codes !== undefined && (add ?? remove) !== undefined) {
    throw invalid('Give country_codes, or add and remove, not both.')
  }
  if ((country_codes ?? add ?? remove) === undefined) {
    throw invalid('Give add, remove or country_codes.')
  }
  if (add?.some((code) => remove?.includes(code))) {
    throw invalid('add and remove name the same country.')
  }
  const wanted = new Set([...(country_codes ?? current), ...(add ?? [])])
  for (const code of remove ?? []) wanted.delete(code)
  if (wanted.size === 0) throw invalid('One country at least must remain.')
  return sorted([...wanted])
}

/** The order means nothing, so it is no difference either. */
function sorted(codes: readonly string[]): string[] {
  return [...codes].sort()
}
