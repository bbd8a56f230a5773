/** Trusted token profiles: whose JWTs an environment exchanges for sessions of its own. */
import { z } from 'zod'
import { done, list, maybe, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

export const PUBLIC_KEY_TYPES = ['JWK', 'PEM'] as const
type PublicKeyType = (typeof PUBLIC_KEY_TYPES)[number]

const pemFile = z.object({ pem_file_id: z.string(), public_key: z.string() })

const profile = z.object({
  profile_id: z.string(),
  name: z.string(),
  audience: z.string(),
  issuer: z.string(),
  public_key_type: maybe(word<PublicKeyType>()),
  jwks_url: maybe(z.string()),
  pem_files: list(pemFile),
  /** Attribute of a user or member → claim that holds it. */
  attribute_mapping: maybe(z.record(z.string(), z.unknown())),
  can_jit_provision: maybe(z.boolean()),
})

export type PEMFile = z.output<typeof pemFile>
export type TrustedTokenProfile = z.output<typeof profile>

export interface TrustedTokenProfileChanges {
  readonly name?: string
  readonly audience?: string
  readonly issuer?: string
  /** https URL of a key set; with `JWK` only. */
  readonly jwks_url?: string
  readonly attribute_mapping?: Readonly<Record<string, unknown>>
  /** Whether a token of somebody unknown creates them. */
  readonly can_jit_provision?: boolean
}

export interface NewTrustedTokenProfile extends TrustedTokenProfileChanges {
  readonly name: string
  readonly audience: string
  readonly issuer: string
  readonly can_jit_provision: boolean
  readonly public_key_type: PublicKeyType
  /** Public keys; at least one with `PEM`, none otherwise. */
  readonly pem_files: readonly string[]
}

const one = z.object({ profile })
const all = z.object({ profiles: list(profile) })
const onePEM = z.object({ pem_file: pemFile })

/** Trusted token profiles of an environment and their PEM files. */
export function trustedTokens(call: Call) {
  return Object.freeze({
    /** Lets whoever holds the private key sign anyone in. */
    async create(
      where: Where,
      body: NewTrustedTokenProfile,
      options?: CallOptions,
    ): Promise<TrustedTokenProfile> {
      const given = { path: inEnvironment(where), body, answer: one, options }
      return (await call('trustedTokens.create', given)).profile
    },

    async getAll(where: Where, options?: CallOptions): Promise<readonly TrustedTokenProfile[]> {
      const given = { path: inEnvironment(where), answer: all, options }
      return (await call('trustedTokens.getAll', given)).profiles
    },

    async get(
      where: Where,
      profileId: string,
      options?: CallOptions,
    ): Promise<TrustedTokenProfile> {
      const given = { path: at(where, profileId), answer: one, isAbout: is(profileId), options }
      return (await call('trustedTokens.get', given)).profile
    },

    async update(
      where: Where,
      profileId: string,
      body: TrustedTokenProfileChanges,
      options?: CallOptions,
    ): Promise<TrustedTokenProfile> {
      const path = at(where, profileId)
      const given = { path, body, answer: one, isAbout: is(profileId), options }
      return (await call('trustedTokens.update', given)).profile
    },

    async delete(where: Where, profileId: string, options?: CallOptions): Promise<void> {
      await call('trustedTokens.delete', { path: at(where, profileId), answer: done, options })
    },

    /** Adds a public key to a profile of type `PEM`. */
    async createPEM(
      where: Where,
      profileId: string,
      publicKey: string,
      options?: CallOptions,
    ): Promise<PEMFile> {
      const body = { public_key: publicKey }
      const given = { path: at(where, profileId), body, answer: onePEM, options }
      return (await call('trustedTokens.createPEM', given)).pem_file
    },

    async getPEM(
      where: Where,
      profileId: string,
      pemFileId: string,
      options?: CallOptions,
    ): Promise<PEMFile> {
      const path = { ...at(where, profileId), pem_file_id: pemFileId }
      const isAbout = ({ pem_file }: z.output<typeof onePEM>) => pem_file.pem_file_id === pemFileId
      return (await call('trustedTokens.getPEM', { path, answer: onePEM, isAbout, options }))
        .pem_file
    },

    async deletePEM(
      where: Where,
      profileId: string,
      pemFileId: string,
      options?: CallOptions,
    ): Promise<void> {
      const path = { ...at(where, profileId), pem_file_id: pemFileId }
      await call('trustedTokens.deletePEM', { path, answer: done, options })
    },
  })
}

function at(where: Where, profileId: string) {
  return { ...inEnvironment(where), profile_id: profileId } as const
}

function is(profileId: string) {
  return (answer: z.output<typeof one>) => answer.profile.profile_id === profileId
}
