/**
 * `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6). A code works once, within a minute,
 * for the client and redirect URI it was made for, against the verifier of its challenge. A second
 * use means it leaked, so everything issued from it dies (OAuth 2.1 §4.1.3).
 */
import { sameDigest, sha256 } from '../digest.ts'
import { OAuthError } from '../errors.ts'
import type { Project } from '../project.ts'
import { type Client, type Code, isGrantedTo } from '../state.ts'
import type { World } from '../world.ts'
import { issueTokens } from './issue.ts'
import type { Parameters } from './parameters.ts'
import { staysWithin } from './resources.ts'

/** @returns the token response members */
export async function exchangeCode(
  world: World,
  client: Client,
  parameters: Parameters,
  issuer: string,
): Promise<object> {
  const [codeDigest, challenge] = await Promise.all([
    sha256(required(parameters, 'code')),
    sha256(parameters.get('code_verifier') ?? ''),
  ])
  const redirectUri = required(parameters, 'redirect_uri')
  const code = world.state.codes.get(codeDigest)
  if (!code || !isGrantedTo(code.grant, client)) {
    throw invalidGrant('idp_auth_code_not_found', 'the code is unknown, or not for this client.')
  }
  if (code.redeemed) {
    code.grant.revoked = true
    throw invalidGrant(
      'idp_auth_code_not_found',
      'the code was used before; its tokens are revoked.',
    )
  }
  if (code.grant.revoked) {
    throw invalidGrant('idp_auth_code_not_found', 'the person withdrew what was allowed.')
  }
  judge(world.project, code, { parameters, challenge, redirectUri, now: world.now() })

  // No await since the code was looked up: of two parallel exchanges exactly one gets here.
  code.redeemed = true
  const { grant, nonce } = code
  return issueTokens(world, {
    grant,
    issuer,
    scopes: grant.scopes,
    ...(nonce !== undefined && { nonce }),
    withRefreshToken: grant.scopes.includes('offline_access'),
  })
}

function judge(
  project: Project,
  code: Code,
  sent: { parameters: Parameters; challenge: string; redirectUri: string; now: number },
): void {
  const { parameters, challenge, redirectUri, now } = sent
  if (now >= code.expiresAt) throw invalidGrant('idp_auth_code_expired', 'the code has expired.')
  if (code.redirectUri !== redirectUri) {
    throw invalidGrant(
      'connected_app_supplied_redirect_url_not_found_in_client',
      'redirect_uri is not the one the code was sent to.',
    )
  }
  const verifier = parameters.get('code_verifier')
  if (verifier === undefined) {
    throw invalidGrant('pkce_expected_code_verifier', 'code_verifier is missing.')
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) {
    throw invalidGrant('invalid_pkce_code_verifier', 'code_verifier is malformed.')
  }
  if (!sameDigest(challenge, code.challenge)) {
    throw invalidGrant('pkce_mismatch', 'code_verifier does not match the code_challenge.')
  }
  if (!staysWithin(project, code.grant.resources, parameters.resources)) {
    throw new OAuthError('invalid_target', 'invalid_argument', 'resource was not authorized.')
  }
}

function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name)
  if (value === undefined) {
    throw new OAuthError('invalid_request', 'bad_request', `${name} is missing.`)
  }
  return value
}

function invalidGrant(type: string, description: string): OAuthError {
  return new OAuthError('invalid_grant', type, description)
}
