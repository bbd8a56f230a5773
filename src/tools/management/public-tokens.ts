/** Public tokens: what frontend SDKs name an environment with. Public by design. */
import { z } from 'zod'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import type { Declare } from './declare.ts'
import type { Desk } from './desk.ts'

const common = {
  toolset: 'public_tokens',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug', 'public_token'],
} as const
const publicToken = z.looseObject({ public_token: z.string() })
const which = { public_token: z.string() }

/** The tools of toolset `public_tokens`. */
export function publicTokenTools({ read, change }: Declare, { own }: Desk): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getAllPublicTokens',
      title: 'List public tokens',
      description: 'Lists the public tokens of an environment.',
      scopes: [READ_SETTINGS],
      operations: ['publicTokens.getAll'],
      input: {},
      output: z.object({ public_tokens: z.array(publicToken) }),
      async run(_, { stytch, where, signal }) {
        const found = await stytch.publicTokens.getAll(where, { signal })
        return { summary: `${found.length} public tokens.`, data: { public_tokens: [...found] } }
      },
    }),
    read({
      ...common,
      name: 'getPublicToken',
      title: 'Look at a public token',
      description: 'Tells whether an environment has a public token, and since when.',
      scopes: [READ_SETTINGS],
      operations: ['publicTokens.get'],
      input: which,
      output: z.object({ public_token: publicToken }),
      async run({ public_token: token }, { stytch, where, signal }) {
        const found = await stytch.publicTokens.get(where, token, { signal })
        return { summary: 'Found.', data: { public_token: found } }
      },
    }),
    change({
      ...common,
      name: 'createPublicToken',
      title: 'Create a public token',
      description: 'Creates a public token, for a frontend to name the environment with.',
      risk: 'write',
      makes: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['publicTokens.create'],
      input: {},
      output: z.object({ public_token: publicToken }),
      async prepare(_, { stytch, where, signal }) {
        return {
          after: { ...where, public_token: 'new' },
          apply: async () => ({
            summary: 'The public token was created.',
            data: { public_token: await stytch.publicTokens.create(where, { signal }) },
          }),
        }
      },
    }),
    change({
      ...common,
      name: 'deletePublicToken',
      title: 'Delete a public token',
      description:
        'Deletes a public token. Frontends that use it stop working at once. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['publicTokens.get', 'publicTokens.delete'],
      input: which,
      output: z.object({ deleted: z.string() }),
      async prepare({ public_token: token }, { stytch, where, signal }) {
        if (token === own.publicToken) {
          throw new ToolError(
            'forbidden',
            'This server itself uses that public token: without it nobody could sign in here.',
          )
        }
        const before = await stytch.publicTokens.get(where, token, { signal })
        return {
          before,
          confirm: {
            question: `Delete public token ${token} of environment ${where.environment} of project ${where.project}? Frontends that use it stop working at once.`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.publicTokens.delete(where, token, { signal })
            return { summary: 'The public token was deleted.', data: { deleted: token } }
          },
        }
      },
    }),
  ]
}
