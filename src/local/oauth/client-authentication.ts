/**
 * Who is asking, at the token, introspection and revocation endpoints. RFC 6749 §2.3: exactly one
 * method per request. Stytch takes a confidential client's secret by either method; a public client has
 * none to give, and one that sends a secret is confused about what it is. Client metadata documents are
 * never fetched here: any page may call these endpoints, and whoever holds a code was seen before.
 */
import { parseBasic } from '../basic-auth.ts'
import { sameDigest, sha256 } from '../digest.ts'
import type { LocalContext } from '../envelope.ts'
import { OAuthError } from '../errors.ts'
import { type Client, findClient } from '../state.ts'
import type { World } from '../world.ts'
import type { Parameters } from './parameters.ts'

interface Credentials {
  readonly clientId: string
  readonly secret: string | undefined
}

/**
 * @returns the client this request proved to be, or for a public client claims to be
 * @throws OAuthError `invalid_client` (401; MCP clients register again on it) or `invalid_request`
 */
export async function authenticateClient(
  world: World,
  c: LocalContext,
  parameters: Parameters,
): Promise<Client> {
  const header = c.req.header('authorization')
  const { clientId, secret } = header ? fromHeader(header, parameters) : fromBody(parameters)
  const digest = secret === undefined ? undefined : await sha256(secret)
  const reject = (type: string, description: string) =>
    new OAuthError('invalid_client', type, description, header ? { headers: BASIC } : {})

  const client = findClient(world.state, clientId)
  if (!client) throw reject('connected_app_not_found', 'no such client.')
  if (client.secretDigest === undefined) {
    if (digest === undefined) return client
    throw reject('public_connected_apps_do_not_have_secrets', 'this client has no secret.')
  }
  if (digest === undefined || !sameDigest(digest, await client.secretDigest)) {
    throw reject('unauthorized_credentials', 'the client secret is missing or wrong.')
  }
  return client
}

const BASIC = { 'WWW-Authenticate': 'Basic realm="Local Stytch"' }

function fromBody(parameters: Parameters): Credentials {
  const clientId = parameters.get('client_id')
  if (!clientId)
    throw new OAuthError('invalid_client', 'invalid_client_id', 'client_id is missing.')
  return { clientId, secret: parameters.get('client_secret') }
}

function fromHeader(header: string, parameters: Parameters): Credentials {
  if (parameters.get('client_secret') !== undefined) {
    throw new OAuthError('invalid_request', 'bad_request', 'use one client authentication method.')
  }
  const credentials = decodeHeader(header)
  if (!credentials) {
    throw new OAuthError(
      'invalid_client',
      'invalid_authorization_header',
      'Authorization must be Basic with client id and secret.',
      { headers: BASIC },
    )
  }
  const claimed = parameters.get('client_id')
  if (claimed !== undefined && claimed !== credentials.clientId) {
    throw new OAuthError(
      'invalid_request',
      'bad_request',
      'client_id is not the client of the header.',
    )
  }
  return credentials
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they become a Basic header. */
function decodeHeader(header: string): Credentials | undefined {
  const basic = parseBasic(header)
  if (!basic) return undefined
  try {
    const secret = formDecode(basic.password)
    return { clientId: formDecode(basic.name), secret: secret === '' ? undefined : secret }
  } catch {
    return undefined
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
