/** A wanted trusted token profile: how it is written, and the rules it must keep. */
import { z } from 'zod'
import { ApiError } from '../errors.ts'
import { MAX_PEM_FILES } from './pem-file.ts'
import { PUBLIC_KEY_TYPES, type TrustedTokenProfile } from './trusted-token-profile.ts'
import { body, flag, list, text } from './zero-values.ts'

const mapping = z.record(z.string(), z.string())

/** Body that creates one. */
export const profileRequest = body({
  name: text(),
  audience: text(),
  issuer: text(),
  public_key_type: z.enum(PUBLIC_KEY_TYPES),
  jwks_url: z.string().optional(),
  pem_files: list(z.string()),
  attribute_mapping: mapping.optional(),
  can_jit_provision: flag(),
})

/** Body that changes one; what is left out stays. The type of its keys cannot change. */
export const profileUpdate = body({
  name: z.string().optional(),
  audience: z.string().optional(),
  issuer: z.string().optional(),
  jwks_url: z.string().optional(),
  attribute_mapping: mapping.optional(),
  can_jit_provision: z.boolean().optional(),
})

/** @throws ApiError of the first rule that is broken, by Stytch's own types */
export function requireProfile(profile: TrustedTokenProfile): TrustedTokenProfile {
  const { name, audience, issuer, public_key_type, jwks_url, pem_files } = profile
  if (name === '' || audience === '' || issuer === '') {
    throw new ApiError(
      'trusted_token_profile_invalid_request',
      'name, audience and issuer are required.',
    )
  }
  if (public_key_type === 'JWK') {
    if (!jwks_url) throw new ApiError('must_have_jwks_url_for_trusted_token_profile_with_type_jwk')
    if (!isHttps(jwks_url)) throw new ApiError('invalid_jwks_url')
    if (pem_files.length > 0) {
      throw new ApiError('cannot_add_pem_file_to_non_pem_trusted_token_profile')
    }
    return profile
  }
  if (jwks_url !== undefined) {
    throw new ApiError(
      'trusted_token_profile_invalid_request',
      'jwks_url belongs to profiles of public_key_type JWK.',
    )
  }
  if (pem_files.length === 0) {
    throw new ApiError('must_have_pem_files_for_trusted_token_profile_with_type_pem')
  }
  if (pem_files.length > MAX_PEM_FILES) {
    throw new ApiError('too_many_pem_files_for_trusted_token_profile')
  }
  return profile
}

function isHttps(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url?.protocol === 'https:' && !url.username && !url.password && !url.hash
}
