/** The one B2B organization there is. Everybody here is a member of it, with ids and roles that follow theirs. */
import type { User } from './state.ts'

/** What tokens of its members say. */
export const LOCAL_ORGANIZATION = {
  organization_id: 'organization-test-0c9a0000-2026-4550-9abc-000000000004',
  slug: 'local',
} as const

/** Stytch's default roles of members, by those of users; any other role keeps its name. */
const ROLES: Readonly<Record<string, string>> = {
  stytch_user: 'stytch_member',
  admin: 'stytch_admin',
}

/** The id somebody has as a member. */
export function memberId({ userId }: User): string {
  return userId.replace('user-', 'member-')
}

/** Stytch's `Member`, as far as there is one. */
export function wireMember(user: User): object {
  const { first, last } = user.name
  return {
    organization_id: LOCAL_ORGANIZATION.organization_id,
    member_id: memberId(user),
    email_address: user.email.address,
    email_address_verified: user.email.verified,
    name: [first, last].filter(Boolean).join(' '),
    status: 'active',
    roles: user.roles.map((role) => ({
      role_id: ROLES[role] ?? role,
      sources: [{ type: 'direct_assignment', details: {} }],
    })),
    trusted_metadata: user.trustedMetadata ?? {},
    untrusted_metadata: user.untrustedMetadata ?? {},
    created_at: new Date(user.createdAt).toISOString(),
  }
}
