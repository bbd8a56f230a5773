/** A public key of a trusted token profile, in PEM (RFC 7468). */
import { ApiError } from '../errors.ts'
import { newIdOf } from './ids.ts'
import type { EnvironmentType } from './state.ts'
import type { PemFile } from './trusted-token-profile.ts'

/** Most that one profile can have. */
export const MAX_PEM_FILES = 5

/** Armour around Base64. Like Stytch, this does not look at the key within. */
const PEM = /^-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----\s[\w+/=\s]+-----END \1-----$/

/**
 * @param publicKey as it was sent, and as it will be shown
 * @throws ApiError `trusted_token_profile_invalid_request` for anything but a public key, above all for a
 *   private one
 */
export function newPemFile(type: EnvironmentType, publicKey: string): PemFile {
  if (!PEM.test(publicKey.trim())) {
    throw new ApiError(
      'trusted_token_profile_invalid_request',
      'PEM files must be public keys, from BEGIN PUBLIC KEY to END PUBLIC KEY.',
    )
  }
  return { pem_file_id: newIdOf(type, 'pem-file'), public_key: publicKey }
}
