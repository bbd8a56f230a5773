/**
 * Who is calling, as proved by a verified access token. Made once per request, frozen, and handed down;
 * nothing below the middleware reads the request's headers again. It does not hold the token.
 */

/** A verified caller. */
export interface Principal {
  /** `iss` of the token: one of the configured project's issuer forms. */
  readonly issuer: string
  /** Stytch id of the person: `user-…` (consumer) or `member-…` (B2B). */
  readonly subject: string
  readonly kind: 'user' | 'member'
  /** The B2B organization the member signed in to. */
  readonly organization?: { readonly id: string; readonly slug: string }
  /** The Connected App the person allowed, `connected-app-…`. */
  readonly clientId: string
  /** `aud` of the token, as a list. */
  readonly audience: readonly string[]
  /** Granted scopes, in the order of the token. */
  readonly scopes: readonly string[]
  /** Seconds since the epoch. */
  readonly issuedAt: number
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** `jti` of the token, when it has one. */
  readonly tokenId?: string
}

/**
 * Who somebody is, whatever app they use: the person as this issuer and organization know them.
 *
 * @returns a text two principals share only when they are one person
 */
export function personOf({
  issuer,
  subject,
  organization,
}: Pick<Principal, 'issuer' | 'subject' | 'organization'>): string {
  return JSON.stringify([issuer, subject, organization?.id ?? null])
}

/**
 * Whose something is: the person, through this client. The same person through another client is another
 * owner.
 *
 * @returns a text two principals share only when they own the same things
 */
export function ownerOf(principal: Principal): string {
  return JSON.stringify([personOf(principal), principal.clientId])
}
