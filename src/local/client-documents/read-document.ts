/**
 * What a client metadata document must say to be believed: that it is about the URL it came from, and
 * nothing a registration may not say. Its client is public whatever it wishes, as at Stytch: a secret in
 * a public document is none. No URL in it is ever fetched.
 */
import { OAuthError } from '../errors.ts'
import { type ClientMetadata, readClientMetadata } from '../oauth/client-metadata.ts'
import { parseObject } from '../oauth/parameters.ts'
import { type DocumentProblem, UnusableDocument } from './unusable-document.ts'

/**
 * @param text the document
 * @param clientId the URL it was fetched from, as the client spelled it
 * @throws UnusableDocument
 */
export function readDocument(text: string, clientId: string): ClientMetadata {
  const document = orRefuse('not_json', () => parseObject(text))
  const problem = problemOf(document, clientId)
  if (problem) throw new UnusableDocument(problem)
  const { client_name, redirect_uris, post_logout_redirect_uris, client_uri, logo_uri } = document
  const metadata = { client_name, redirect_uris, post_logout_redirect_uris, client_uri, logo_uri }
  return orRefuse('metadata_invalid', () => readClientMetadata(metadata))
}

function problemOf(
  document: Record<string, unknown>,
  clientId: string,
): DocumentProblem | undefined {
  if (document.client_id !== clientId) return 'client_id_differs'
  if ('client_secret' in document || 'client_secret_expires_at' in document) return 'has_secret'
  if ((document.token_endpoint_auth_method ?? 'none') !== 'none') return 'auth_method_not_none'
  if (typeof document.client_name !== 'string' || document.client_name.trim() === '') {
    return 'client_name_missing'
  }
  // One document serves many servers: what it can do elsewhere does not matter here.
  if (!offers(document.grant_types, 'authorization_code')) return 'metadata_invalid'
  if (!offers(document.response_types, 'code')) return 'metadata_invalid'
}

function offers(list: unknown, needed: string): boolean {
  return list === undefined || (Array.isArray(list) && list.includes(needed))
}

function orRefuse<T>(problem: DocumentProblem, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof OAuthError) throw new UnusableDocument(problem)
    throw error
  }
}
