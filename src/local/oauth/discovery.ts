/**
 * Metadata (RFC 8414, OpenID Connect Discovery). Stytch answers the same facts under both names, with
 * `request_id` and `status_code` in the document. Only what is served is advertised.
 */
import type { Project } from '../project.ts'
import type { Family } from './families.ts'
import { supportedScopes } from './scopes.ts'

const CLIENT_AUTH = ['none', 'client_secret_post', 'client_secret_basic']

/** @returns the metadata document of one family; `issuer` equals the `iss` of its tokens */
export function metadata(project: Project, family: Family): Record<string, unknown> {
  const endpoint = (name: string) => `${project.url}${family.endpoints}/${name}`
  return {
    issuer: family.issuer,
    authorization_endpoint: project.authorizationEndpoint,
    token_endpoint: endpoint('token'),
    registration_endpoint: endpoint('register'),
    revocation_endpoint: endpoint('revoke'),
    introspection_endpoint: endpoint('introspect'),
    userinfo_endpoint: endpoint('userinfo'),
    jwks_uri: `${project.url}${family.wellKnown}/jwks.json`,
    scopes_supported: supportedScopes(project),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: CLIENT_AUTH,
    revocation_endpoint_auth_methods_supported: CLIENT_AUTH,
    introspection_endpoint_auth_methods_supported: CLIENT_AUTH,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    ...(project.advertiseClientMetadata && { client_id_metadata_document_supported: true }),
    ...(family.namedInRedirects && { authorization_response_iss_parameter_supported: true }),
  }
}
