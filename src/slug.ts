/**
 * A project's or an environment's slug. Stytch documents no alphabet; those it makes and those its own
 * tools use are lower-case words joined by hyphens.
 */
export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/
