/**
 * What the management API governs: the workspace's projects, each with its environments. In memory, per
 * instance, and put back by a reset. A secret is kept as its digest and the four characters Stytch goes on
 * showing.
 */
import type { Emails } from './emails-state.ts'
import type { RedirectUrl } from './redirect-url.ts'
import type { Settings } from './settings.ts'

export type Vertical = 'CONSUMER' | 'B2B'
export type EnvironmentType = 'LIVE' | 'TEST'

/** A project. Times everywhere are milliseconds since the epoch. */
export interface ManagedProject {
  readonly slug: string
  name: string
  readonly vertical: Vertical
  readonly createdAt: number
  /** By slug, the oldest first. */
  readonly environments: Map<string, ManagedEnvironment>
  readonly emails: Emails
}

export interface ManagedEnvironment {
  readonly slug: string
  name: string
  readonly type: EnvironmentType
  /** `project-test-<uuid>` or `project-live-<uuid>`: what the backend API calls the project. */
  readonly projectId: string
  readonly oauthCallbackId: string
  readonly createdAt: number
  options: EnvironmentOptions
  /** By id, the oldest first. */
  readonly secrets: Map<string, ManagedSecret>
  /** Token → when it was made, the oldest first. */
  readonly publicTokens: Map<string, number>
  /** By URL, the oldest first. */
  readonly redirectUrls: Map<string, RedirectUrl>
  readonly settings: Settings
}

/** What a project's owner switches on or off per environment, under Stytch's own names. */
export interface EnvironmentOptions {
  readonly cross_org_passwords_enabled: boolean
  readonly user_impersonation_enabled: boolean
  readonly zero_downtime_session_migration_url: string
  readonly use_custom_domain_in_magic_link_emails: boolean
  readonly user_lock_self_serve_enabled: boolean
  readonly user_lock_threshold: number
  /** Seconds. */
  readonly user_lock_ttl: number
  readonly idp_authorization_url: string
  readonly idp_dynamic_client_registration_enabled: boolean
  readonly idp_dynamic_client_registration_access_token_template_content: string
}

/** A secret of the backend API, after the one answer that had its value. */
export interface ManagedSecret {
  readonly secretId: string
  readonly digest: Promise<string>
  readonly lastFour: string
  readonly createdAt: number
  /** When it last opened the backend API. */
  usedAt?: number
}

export interface ManagementState {
  /** By slug, the oldest first. */
  readonly projects: Map<string, ManagedProject>
}
