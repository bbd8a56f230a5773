/**
 * The client of Stytch's management API, version 3 ("programmatic workspace actions"): all of it, and no
 * request besides. A workspace key has power over every project of the workspace, so it lives in one closure
 * here and nothing this returns or throws holds it. Who may use which operation is decided elsewhere.
 *
 * @see https://stytch.com/docs/workspace-management/pwa/overview
 */
import { createAsk } from './ask.ts'
import { type Fail, StytchError } from './failure.ts'
import { createSend, type HttpOptions } from './http.ts'
import { createCall } from './management/call.ts'
import { countryCodes } from './management/country-codes.ts'
import { defaultEmailTemplates } from './management/default-email-templates.ts'
import { emailTemplates } from './management/email-templates.ts'
import { environments } from './management/environments.ts'
import { eventLogStreaming } from './management/event-log-streaming.ts'
import { jwtTemplates } from './management/jwt-templates.ts'
import { legacyProjects } from './management/legacy-projects.ts'
import { metrics } from './management/metrics.ts'
import { passwordStrength } from './management/password-strength.ts'
import { projects } from './management/projects.ts'
import { publicTokens } from './management/public-tokens.ts'
import { rbacPolicy } from './management/rbac-policy.ts'
import { redirectURLs } from './management/redirect-urls.ts'
import { sdkConfig } from './management/sdk-config.ts'
import { secrets } from './management/secrets.ts'
import { trustedTokens } from './management/trusted-tokens.ts'
import { basicAuthorization, plainOrigin } from './origin.ts'

export type { CallOptions, Where } from './management/call.ts'

/** A question to the management API that got no answer to rely on. */
export class ManagementError extends StytchError {
  override readonly name = 'ManagementError'
}

/** What the client needs. */
export interface ManagementOptions extends HttpOptions {
  /** Origin of the API: https, or http on this machine. */
  readonly baseUrl: string
  /** Id of the workspace key. */
  readonly keyId: string
  /** Secret of the workspace key. */
  readonly keySecret: string
}

/**
 * Makes the client. Methods of a resource take where it is, then ids and body as the API names them, then
 * {@link CallOptions}; they resolve with the object itself.
 *
 * Every method rejects with a {@link ManagementError}, except that what its caller gave up before it was
 * sent, and any read given up, rejects with the signal's reason.
 *
 * @throws {TypeError} when the URL is not a plain origin with https, or the key is not usable
 */
export function createManagement({ baseUrl, keyId, keySecret, ...http }: ManagementOptions) {
  const fail: Fail = (kind, details) => new ManagementError(kind, details)
  const send = createSend(basicAuthorization(keyId, keySecret), fail, http)
  const call = createCall(createAsk(plainOrigin(baseUrl), send, fail))

  return Object.freeze({
    projects: projects(call),
    environments: environments(call),
    metrics: metrics(call),
    secrets: secrets(call),
    publicTokens: publicTokens(call),
    redirectURLs: redirectURLs(call),
    emailTemplates: emailTemplates(call),
    defaultEmailTemplates: defaultEmailTemplates(call),
    passwordStrength: passwordStrength(call),
    jwtTemplates: jwtTemplates(call),
    rbacPolicy: rbacPolicy(call),
    sdkConfig: sdkConfig(call),
    countryCodes: countryCodes(call),
    eventLogStreaming: eventLogStreaming(call),
    trustedTokens: trustedTokens(call),
    legacyProjects: legacyProjects(call),
  })
}

/** The client. */
export type Management = ReturnType<typeof createManagement>
