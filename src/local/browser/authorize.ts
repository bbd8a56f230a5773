/**
 * The consent half of authorization: what the consent page shows, and what happens on Allow or Deny.
 * The browser follows the returned `redirect_uri` verbatim, so the authorization response is built
 * here, always with `iss` (RFC 9207).
 */
import { z } from 'zod'
import { sha256 } from '../digest.ts'
import { type LocalContext, readJson } from '../envelope.ts'
import { ApiError, type OAuthErrorCode } from '../errors.ts'
import { newSecretValue } from '../ids.ts'
import { clientType, scopesToAllow } from '../oauth/client-type.ts'
import { describeScope, mayGrant } from '../oauth/scopes.ts'
import { type Client, consentKey, type Session, type User } from '../state.ts'
import type { World } from '../world.ts'
import {
  type AuthorizationRequest,
  authorizationRequest,
  findFault,
  isReturnable,
  prompts,
  requestingClient,
} from './authorization-request.ts'
import { currentSession } from './sessions.ts'
import { wireUser } from './wire.ts'

/** How long a code waits for its exchange, in milliseconds. */
const CODE_LIFETIME = 60_000

const submission = authorizationRequest.extend({ consent_granted: z.boolean() })

/** `POST /idp/oauth/authorize/start`: who asks for what, and whether the person must be asked. */
export async function startAuthorization(world: World, c: LocalContext): Promise<object> {
  const { session } = await currentSession(world, c)
  const request = await readJson(c, authorizationRequest)
  const client = await requestingClient(world, request)
  const fault = findFault(world, request, 'if-present')
  if (fault) throw new ApiError(fault.type)
  const { user } = session
  return {
    user_id: user.userId,
    user: wireUser(user),
    client: {
      client_id: client.clientId,
      client_type: clientType(client),
      client_name: client.name,
      client_description: '',
      ...(client.logoUri && { client_logo_url: client.logoUri }),
    },
    consent_required: needsConsent(world, user, client, request),
    scope_results: [...new Set(request.scopes)].map((scope) => ({
      scope,
      description: describeScope(world.project, scope),
      is_grantable: mayGrant(world.project, user, scope),
    })),
  }
}

/** `POST /idp/oauth/authorize/submit`: the answer, as the URL to send the browser to. */
export async function submitAuthorization(world: World, c: LocalContext): Promise<object> {
  const { session } = await currentSession(world, c)
  const request = await readJson(c, submission)
  const client = await requestingClient(world, request)
  const refusal = (error: OAuthErrorCode, description: string) => ({
    redirect_uri: authorizationResponse(world, request, { error, error_description: description }),
  })

  const fault = findFault(world, request, 'required')
  if (fault) return refusal(fault.oauth, fault.type)
  const scopes = grantableScopes(world, session.user, request)
  if (scopes.length === 0) return refusal('invalid_scope', 'oauth_invalid_scope_requested')
  if (needsConsent(world, session.user, client, request)) {
    if (prompts(request).includes('none')) return refusal('consent_required', 'consent is needed')
    if (!request.consent_granted) return refusal('access_denied', 'the user denied the request')
    rememberConsent(world, session.user, client, scopes)
  }
  const code = await issueCode(world, { request, session, client, scopes })
  return {
    redirect_uri: authorizationResponse(world, request, { code }),
    authorization_code: code,
  }
}

/** Clients ask once per user, and again for more than was allowed before. */
function needsConsent(
  world: World,
  user: User,
  client: Client,
  request: AuthorizationRequest,
): boolean {
  const allowed = world.state.consents.get(consentKey(user, client))
  const wanted = scopesToAllow(client, grantableScopes(world, user, request))
  const covered = wanted.every((scope) => allowed?.has(scope))
  return !covered || prompts(request).includes('consent')
}

function rememberConsent(world: World, user: User, client: Client, scopes: readonly string[]) {
  const key = consentKey(user, client)
  const before = world.state.consents.get(key) ?? []
  world.state.consents.set(key, new Set([...before, ...scopes]))
}

/** The SDK submits every requested scope, grantable or not; only these are granted. */
function grantableScopes(world: World, user: User, request: AuthorizationRequest): string[] {
  return [...new Set(request.scopes)].filter((scope) => mayGrant(world.project, user, scope))
}

async function issueCode(
  world: World,
  granted: {
    request: AuthorizationRequest
    session: Session
    client: Client
    scopes: readonly string[]
  },
): Promise<string> {
  const { request, session, client, scopes } = granted
  const code = newSecretValue()
  world.state.codes.set(await sha256(code), {
    grant: {
      client,
      user: session.user,
      scopes,
      resources: request.resources,
      authenticatedAt: session.startedAt,
      revoked: false,
    },
    redirectUri: request.redirect_uri,
    challenge: request.code_challenge ?? '',
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    expiresAt: world.now() + CODE_LIFETIME,
    redeemed: false,
  })
  return code
}

/** Appends to the redirect URI as text: the registered bytes stay as they were (RFC 6749 §4.1.2). */
function authorizationResponse(
  { project }: World,
  { redirect_uri, state }: AuthorizationRequest,
  members: Record<string, string>,
): string {
  const parameters = {
    ...members,
    ...(state !== undefined && isReturnable(state) && { state }),
    iss: project.url,
  }
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  return `${redirect_uri}${redirect_uri.includes('?') ? '&' : '?'}${query}`
}
