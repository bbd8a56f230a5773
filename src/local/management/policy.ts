/**
 * An environment's RBAC policy in the management API's form, and what Stytch puts in it: five resources and
 * two roles for B2B, one role for Consumer.
 *
 * @see https://stytch.com/docs/b2b/guides/rbac/stytch-default
 */
import type { Vertical } from './state.ts'

export interface Permission {
  readonly resource_id: string
  /** `*` alone stands for every action of the resource. */
  readonly actions: readonly string[]
}

export interface DefaultRole {
  readonly permissions: readonly Permission[]
}

export interface Role extends DefaultRole {
  readonly role_id: string
  readonly description: string
}

export interface Resource {
  readonly resource_id: string
  readonly description: string
  readonly available_actions: readonly string[]
}

export interface Scope extends DefaultRole {
  readonly scope: string
  readonly description: string
}

/** The default roles are those of the project's vertical. */
export interface Policy {
  readonly stytch_resources: readonly Resource[]
  readonly stytch_user?: DefaultRole
  readonly stytch_member?: DefaultRole
  readonly stytch_admin?: DefaultRole
  readonly custom_roles: readonly Role[]
  readonly custom_resources: readonly Resource[]
  readonly custom_scopes: readonly Scope[]
}

/** @returns the policy of an environment nobody has changed */
export function newPolicy(vertical: Vertical): Policy {
  const custom = { custom_roles: [], custom_resources: [], custom_scopes: [] }
  if (vertical === 'CONSUMER') {
    return { stytch_resources: [], stytch_user: { permissions: [] }, ...custom }
  }
  return {
    stytch_resources: STYTCH_RESOURCES,
    stytch_member: { permissions: [everything('stytch.self')] },
    stytch_admin: {
      permissions: [
        everything('stytch.organization'),
        everything('stytch.member'),
        everything('stytch.sso'),
        everything('stytch.scim'),
      ],
    },
    ...custom,
  }
}

function everything(resource_id: string): Permission {
  return { resource_id, actions: ['*'] }
}

const CONNECTION_ACTIONS = ['create', 'get', 'update', 'delete'] as const

/** What a member may change about a member: oneself, or others. */
const MEMBER_ACTIONS = [
  'update.info.name',
  'update.info.untrusted-metadata',
  'update.info.mfa-phone',
  'update.info.delete.mfa-phone',
  'update.info.delete.mfa-totp',
  'update.info.delete.password',
  'update.settings.mfa-enrolled',
  'update.settings.default-mfa-method',
  'revoke-sessions',
  'delete',
] as const

const STYTCH_RESOURCES: readonly Resource[] = [
  {
    resource_id: 'stytch.organization',
    description: 'The organization a member belongs to',
    available_actions: [
      'update.info.name',
      'update.info.slug',
      'update.info.logo-url',
      'update.info.untrusted-metadata',
      'update.settings.allowed-auth-methods',
      'update.settings.allowed-mfa-methods',
      'update.settings.allowed-domains',
      'update.settings.default-sso-connection',
      'update.settings.email-invites',
      'update.settings.email-jit-provisioning',
      'update.settings.implicit-roles',
      'update.settings.mfa-policy',
      'update.settings.sso-jit-provisioning',
      'delete',
    ],
  },
  {
    resource_id: 'stytch.member',
    description: 'Every member of the organization',
    available_actions: [
      'create',
      'search',
      'update.settings.is-breakglass',
      'update.settings.roles',
      ...MEMBER_ACTIONS,
    ],
  },
  {
    resource_id: 'stytch.sso',
    description: 'SSO connections of the organization',
    available_actions: CONNECTION_ACTIONS,
  },
  {
    resource_id: 'stytch.self',
    description: 'The member who is signed in',
    available_actions: MEMBER_ACTIONS,
  },
  {
    resource_id: 'stytch.scim',
    description: 'SCIM connections of the organization',
    available_actions: CONNECTION_ACTIONS,
  },
]
