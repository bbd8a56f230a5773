/** PEM files: the public keys of a trusted token profile. */
import { z } from 'zod'
import type { Tool } from '../../mcp/tool.ts'
import { type FieldPath, type FieldRule, quoted } from '../../mcp/untrusted.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import { isPublicKey } from './public-key.ts'

/** Characters: a certificate with a large key and many names fits. */
export const LONGEST_PEM = 8_192

const ids = { profile_id: z.string(), pem_file_id: z.string() }
const output = z.object({ pem_file: z.looseObject({ pem_file_id: z.string() }) })
const common = {
  toolset: 'trusted_tokens',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug', 'profile_id', 'pem_file_id'],
  long: { field: pemRule },
} as const

/** The PEM files' part of toolset `trusted_tokens`. */
export function pemFileTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getPEMFile',
      title: 'Look at a PEM file',
      description: 'Tells one public key of a trusted token profile.',
      scopes: [READ_SETTINGS],
      operations: ['trustedTokens.getPEM'],
      input: ids,
      output,
      async run({ profile_id, pem_file_id }, { stytch, where, signal }) {
        const found = await stytch.trustedTokens.getPEM(where, profile_id, pem_file_id, { signal })
        return { summary: 'Found.', data: { pem_file: { ...found } } }
      },
    }),
    change({
      ...common,
      name: 'createPEMFile',
      title: 'Trust another public key',
      description:
        'Adds a public key to a PEM profile. Whoever holds its private key can be anybody, so a person must confirm. Never send a private key.',
      risk: 'write',
      asks: true,
      makes: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['trustedTokens.get', 'trustedTokens.createPEM'],
      input: {
        profile_id: ids.profile_id,
        public_key: z.string().max(LONGEST_PEM).describe('PEM of a public key or certificate'),
      },
      output,
      async prepare({ profile_id, public_key }, { stytch, where, signal }) {
        requirePublicKey('public_key', public_key)
        const profile = await stytch.trustedTokens.get(where, profile_id, { signal })
        if (profile.public_key_type !== 'PEM') {
          throw invalid('profile_id names a profile whose keys are behind its jwks_url.')
        }
        return {
          after: { public_key },
          confirm: {
            question: `Trust another public key in profile ${quoted(profile.name)} of environment ${where.environment} of project ${where.project}? Whoever holds its private key can be anybody there.`,
            phrase: where.environment,
          },
          apply: async () => {
            const made = await stytch.trustedTokens.createPEM(where, profile_id, public_key, {
              signal,
            })
            return { summary: 'The public key was added.', data: { pem_file: { ...made } } }
          },
        }
      },
    }),
    change({
      ...common,
      name: 'deletePEMFile',
      title: 'Delete a PEM file',
      description:
        'Stops trusting a public key; the last one of a profile cannot go. Tokens signed with it fail at once. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['trustedTokens.getPEM', 'trustedTokens.deletePEM'],
      input: ids,
      output: z.object({ deleted: z.string() }),
      async prepare({ profile_id, pem_file_id }, { stytch, where, signal }) {
        const before = await stytch.trustedTokens.getPEM(where, profile_id, pem_file_id, { signal })
        return {
          before,
          confirm: {
            question: `Delete public key ${pem_file_id} of trusted token profile ${profile_id} from environment ${where.environment} of project ${where.project}? Tokens signed with it fail.`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.trustedTokens.deletePEM(where, profile_id, pem_file_id, { signal })
            return { summary: 'The public key was deleted.', data: { deleted: pem_file_id } }
          },
        }
      },
    }),
  ]
}

/** Keeps the lines of keys. */
export function pemRule(path: FieldPath): FieldRule | undefined {
  return path.at(-1) === 'public_key' ? { max: LONGEST_PEM, lines: true } : undefined
}

/**
 * @param name of the argument
 * @throws {ToolError} `invalid_arguments` for anything but a public key, above all for a private one
 */
export function requirePublicKey(name: string, pem: string): void {
  if (/PRIVATE KEY/.test(pem)) {
    throw invalid(
      `${name} holds a private key, which must never be sent. Treat that key as known to others: make a new pair, and send its public key.`,
    )
  }
  if (!isPublicKey(pem)) {
    throw invalid(`${name} must be one public key or certificate in PEM, lines included.`)
  }
}
