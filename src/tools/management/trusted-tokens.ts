/**
 * Trusted token profiles: whose JWTs an environment takes for sign-ins. Whoever holds a key that a profile
 * trusts can be anybody there, so a person is asked before trust is given.
 */
import { z } from 'zod'
import type { Tool } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import {
  PUBLIC_KEY_TYPES,
  type TrustedTokenProfile,
  type TrustedTokenProfileChanges,
} from '../../stytch/management/trusted-tokens.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import { isOneLine } from './one-line.ts'
import { inWords, replacing, UNCHANGED } from './patch.ts'
import { LONGEST_PEM, pemFileTools, pemRule, requirePublicKey } from './pem-files.ts'
import { publicURL } from './public-host.ts'

const MOST_ATTRIBUTES = 50
const text = z.string().min(1).max(256)
const profileId = z.string()
const common = {
  toolset: 'trusted_tokens',
  at: 'environment',
  audited: [
    'project_id',
    'project_slug',
    'environment_slug',
    'profile_id',
    'issuer',
    'audience',
    'jwks_url',
    'can_jit_provision',
  ],
  long: { field: pemRule, maxText: 2_048 },
} as const
const changes = {
  jwks_url: z.string().max(2_048).optional().describe('https, of a JWK profile'),
  attribute_mapping: z
    .record(z.string().max(128), z.string().max(256))
    .optional()
    .describe('Attribute of the user or member → claim'),
}
const profile = z.looseObject({ profile_id: z.string() })
const output = z.object({ profile })

/** The tools of toolset `trusted_tokens`. */
export function trustedTokenTools(declare: Declare): readonly Tool[] {
  const { read, change } = declare
  return [
    read({
      ...common,
      name: 'getAllTrustedTokenProfiles',
      title: 'List trusted token profiles',
      description: 'Lists whose JWTs an environment trusts, without PEM files.',
      scopes: [READ_SETTINGS],
      operations: ['trustedTokens.getAll'],
      input: {},
      output: z.object({ profiles: z.array(profile) }),
      async run(_, { stytch, where, signal }) {
        const found = await stytch.trustedTokens.getAll(where, { signal })
        return {
          summary: `${found.length} trusted token profiles.`,
          data: { profiles: found.map(({ pem_files: _, ...profile }) => profile) },
        }
      },
    }),
    read({
      ...common,
      name: 'getTrustedTokenProfile',
      title: 'Look at a trusted token profile',
      description: 'Tells everything about one trusted token profile, PEM files included.',
      scopes: [READ_SETTINGS],
      operations: ['trustedTokens.get'],
      input: { profile_id: profileId },
      output,
      async run({ profile_id }, { stytch, where, signal }) {
        const found = await stytch.trustedTokens.get(where, profile_id, { signal })
        return { summary: 'Found.', data: { profile: { ...found } } }
      },
    }),
    change({
      ...common,
      name: 'createTrustedTokenProfile',
      title: 'Trust another issuer’s tokens',
      description:
        'Lets an issuer sign people in: JWK with jwks_url, or PEM with public keys in pem_files. Whoever holds its private key can be anybody, so a person must confirm.',
      risk: 'write',
      asks: true,
      makes: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['environments.get', 'trustedTokens.create'],
      input: {
        name: text,
        audience: text,
        issuer: text,
        public_key_type: z.enum(PUBLIC_KEY_TYPES),
        ...changes,
        pem_files: z.array(z.string().max(LONGEST_PEM)).max(5).optional(),
        can_jit_provision: z.boolean().optional().describe('Whether strangers become users'),
      },
      output,
      async prepare(given, { stytch, where, signal }) {
        const { name, audience, issuer, public_key_type } = given
        const { pem_files = [], can_jit_provision = false } = given
        requireKeys(public_key_type, { jwks_url: given.jwks_url, pem_files })
        const required = { name, audience, issuer, public_key_type, pem_files, can_jit_provision }
        const wanted = { ...acceptable(given), ...required }
        // Nobody is asked about an environment that is not there.
        await stytch.environments.get(where, { signal })
        return {
          after: wanted,
          confirm: {
            question: `Let the issuer ${quoted(given.issuer, 256)} sign people in to environment ${where.environment} of project ${where.project}, with the keys ${wanted.jwks_url === undefined ? 'given' : `at ${quoted(wanted.jwks_url, 256)}`}?${can_jit_provision ? ' It can create people, too.' : ''}`,
            phrase: where.environment,
          },
          apply: async () => {
            const made = await stytch.trustedTokens.create(where, wanted, { signal })
            return { summary: 'The profile was created.', data: { profile: { ...made } } }
          },
        }
      },
    }),
    change({
      ...common,
      name: 'updateTrustedTokenProfile',
      title: 'Change a trusted token profile',
      description:
        'Changes a trusted token profile; what is left out stays. A person must confirm all but a new name. PEM files have tools of their own.',
      risk: 'write',
      asks: true,
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['trustedTokens.get', 'trustedTokens.update'],
      input: {
        profile_id: profileId,
        name: text.optional(),
        audience: text.optional(),
        issuer: text.optional(),
        ...changes,
        can_jit_provision: z.boolean().optional(),
      },
      output,
      async prepare({ profile_id, ...given }, { stytch, where, signal }) {
        const wanted = acceptable(given)
        const { before, after, changes, replace } = await replacing<TrustedTokenProfile>({
          read: () => stytch.trustedTokens.get(where, profile_id, { signal }),
          change(current) {
            if (wanted.jwks_url !== undefined && current.public_key_type === 'PEM') {
              throw invalid('jwks_url is for JWK profiles; the keys of this one are PEM files.')
            }
            return { ...current, ...wanted }
          },
          write: () => stytch.trustedTokens.update(where, profile_id, wanted, { signal }),
        })
        const trust = changes.some(({ path }) => path !== '/name')
        return {
          before,
          after,
          ...(trust && {
            confirm: {
              question: `Change whose tokens environment ${where.environment} of project ${where.project} trusts, in profile ${quoted(before.name)}: ${inWords(changes)}`,
              phrase: where.environment,
            },
          }),
          apply: async () => {
            const { document } = await replace()
            return {
              summary: changes.length === 0 ? UNCHANGED : 'The profile was changed.',
              data: { profile: { ...document } },
            }
          },
        }
      },
    }),
    change({
      ...common,
      name: 'deleteTrustedTokenProfile',
      title: 'Delete a trusted token profile',
      description:
        'Stops trusting an issuer. Sign-ins with its tokens fail at once. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['trustedTokens.get', 'trustedTokens.delete'],
      input: { profile_id: profileId },
      output: z.object({ deleted: z.string() }),
      async prepare({ profile_id }, { stytch, where, signal }) {
        const before = await stytch.trustedTokens.get(where, profile_id, { signal })
        return {
          before,
          confirm: {
            question: `Delete trusted token profile ${profile_id}, ${quoted(before.name)}, from environment ${where.environment} of project ${where.project}? Sign-ins with its tokens fail.`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.trustedTokens.delete(where, profile_id, { signal })
            return { summary: 'The profile was deleted.', data: { deleted: profile_id } }
          },
        }
      },
    }),
    ...pemFileTools(declare),
  ]
}

interface Keys {
  readonly jwks_url?: string | undefined
  readonly pem_files: readonly string[]
}

function requireKeys(type: string, { jwks_url, pem_files }: Keys): void {
  if (type === 'JWK') {
    if (jwks_url === undefined) throw invalid('jwks_url is needed for JWK.')
    if (pem_files.length > 0) throw invalid('pem_files are for PEM. Give jwks_url alone.')
    return
  }
  if (jwks_url !== undefined) throw invalid('jwks_url is for JWK. Give pem_files alone.')
  if (pem_files.length === 0) throw invalid('pem_files needs one public key at least for PEM.')
  for (const [index, pem] of pem_files.entries()) requirePublicKey(`pem_files[${index}]`, pem)
}

/** What of the arguments is the profile's own, if all of it may be. */
function acceptable(given: Given) {
  const { name, audience, issuer, attribute_mapping, can_jit_provision } = given
  for (const [member, value] of Object.entries({ name, audience, issuer })) {
    if (!isOneLine(value ?? '')) throw invalid(`${member} must be one line of text.`)
  }
  if (Object.keys(attribute_mapping ?? {}).length > MOST_ATTRIBUTES) {
    throw invalid(`attribute_mapping must have ${MOST_ATTRIBUTES} members at most.`)
  }
  // Stytch fetches keys from there, later and on its own.
  const jwks_url = given.jwks_url === undefined ? undefined : publicURL(given.jwks_url)
  if (given.jwks_url !== undefined && jwks_url === undefined) {
    throw invalid('jwks_url must be an https URL on a public host, at the usual port.')
  }
  return {
    ...(name !== undefined && { name }),
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
    ...(jwks_url !== undefined && { jwks_url }),
    ...(attribute_mapping !== undefined && { attribute_mapping }),
    ...(can_jit_provision !== undefined && { can_jit_provision }),
  }
}

type Given = {
  readonly [Name in keyof TrustedTokenProfileChanges]?: TrustedTokenProfileChanges[Name] | undefined
}
