/** Whose JWTs an environment exchanges for sessions of its own. */

export const PUBLIC_KEY_TYPES = ['JWK', 'PEM'] as const

export interface TrustedTokenProfile {
  readonly profile_id: string
  readonly name: string
  readonly audience: string
  readonly issuer: string
  readonly public_key_type: (typeof PUBLIC_KEY_TYPES)[number]
  /** https URL of a key set; only with `JWK`, and always then. */
  readonly jwks_url?: string
  /** Public keys; at least one with `PEM`, none otherwise. The oldest first. */
  readonly pem_files: readonly PemFile[]
  /** Attribute of a user or member → claim that holds it. */
  readonly attribute_mapping?: Readonly<Record<string, string>>
  readonly can_jit_provision: boolean
}

export interface PemFile {
  readonly pem_file_id: string
  readonly public_key: string
}
