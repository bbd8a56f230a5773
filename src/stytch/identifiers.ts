/**
 * What may stand in a path, by kind: the first barrier between an argument and an address. Each kind has an
 * alphabet of its own, so that neither a dot segment nor an id of another kind of object passes.
 */
import { SLUG } from '../slug.ts'

const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'

/** As every Stytch id: the kind, perhaps the kind of environment, a UUID. */
const id = (prefix: string) => new RegExp(`^${prefix}${UUID}$`)

/** By the name of the path parameter. */
export const IDENTIFIERS = {
  project_slug: SLUG,
  environment_slug: SLUG,
  // The form of these two ids is documented nowhere. A secret's value is base64 and never passes.
  secret_id: id('(?:secret-(?:[a-z]+-)*)?'),
  pem_file_id: id('(?:(?:[a-z]+-)*pem-(?:[a-z]+-)*)?'),
  public_token: id('public-token-(?:test|live)-'),
  profile_id: id('(?:trusted-token-profile-(?:(?:test|live)-)?)?'),
  /** Chosen by who creates it; Stytch documents no alphabet. A dot inside one is no dot segment. */
  template_id: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/,
  email_template_type:
    /^(?:LOGIN|SIGNUP|INVITE|RESET_PASSWORD|ONE_TIME_PASSCODE|ONE_TIME_PASSCODE_SIGNUP|VERIFY_EMAIL_PASSWORD_RESET|UNLOCK|PREBUILT)$/,
  jwt_template_type: /^(?:SESSION|M2M)$/,
  destination_type: /^(?:DATADOG|GRAFANA_LOKI)$/,
  /** What the backend API calls a project: an environment of one. */
  project_id: id('project-(?:test|live)-'),
  user_id: id('user-(?:test|live)-'),
  organization_id: id('organization-(?:test|live)-'),
} as const satisfies Record<string, RegExp>

/** The name of a path parameter. */
export type IdentifierKind = keyof typeof IDENTIFIERS

/**
 * @param kind the path parameter it is for
 * @param value anything
 * @returns whether it is text that may stand there
 */
export function isIdentifier(kind: IdentifierKind, value: unknown): value is string {
  return typeof value === 'string' && value.length <= 128 && IDENTIFIERS[kind].test(value)
}
