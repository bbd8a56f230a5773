/** `whoami`: who the caller is, from the verified token and from Stytch's userinfo endpoint. */
import { z } from 'zod'
import { defineTool, ToolError } from '../mcp/tool.ts'

export const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Tells who is signed in: Stytch id, e-mail address, granted scopes, and when access ends. Call it when an answer depends on the person, or to check that sign-in works.',
  toolset: 'identity',
  risk: 'read',
  scopes: ['openid'],
  input: z.strictObject({}),
  output: z.object({
    subject: z.string().describe('user-… or member-…'),
    kind: z.enum(['user', 'member']),
    organization: z.looseObject({ id: z.string() }).optional(),
    name: z.string().optional().describe('Only with scope profile'),
    email: z.string().optional().describe('Only with scope email'),
    email_verified: z.boolean().optional(),
    scopes: z.array(z.string()),
    client_id: z.string(),
    issuer: z.string(),
    expires_at: z.string(),
  }),

  async run(_, { principal, userinfo }) {
    const answer = await userinfo()
    if (!answer.ok) {
      throw answer.reason === 'revoked'
        ? new ToolError('token_revoked', 'Stytch no longer accepts this sign-in. Sign in again.')
        : new ToolError('upstream_unavailable', 'Stytch did not answer. Try again in a minute.')
    }
    const { sub, name, email, email_verified } = answer.userinfo
    // OpenID Connect Core §5.3.2: an answer about somebody else must not be used.
    if (sub !== principal.subject) {
      throw new ToolError('upstream_error', 'Stytch answered for another person. Sign in again.')
    }

    return {
      summary: `Signed in as ${principal.subject}.`,
      data: {
        subject: principal.subject,
        kind: principal.kind,
        organization: principal.organization,
        name,
        email,
        email_verified,
        scopes: [...principal.scopes],
        client_id: principal.clientId,
        issuer: principal.issuer,
        expires_at: new Date(principal.expiresAt * 1000).toISOString(),
      },
    }
  },
})
