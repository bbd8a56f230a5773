/**
 * Secrets of the backend API. Each has all of its power over an environment, so that those of live
 * environments need a scope of their own. A value never passes through a tool: it waits behind a one-time
 * link for the person who asked.
 */
import { z } from 'zod'
import { type AlsoNeeds, type Tool, ToolError } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import type { Principal } from '../../oauth/principal.ts'
import { StytchError } from '../../stytch/failure.ts'
import { isIdentifier } from '../../stytch/identifiers.ts'
import type { Environment } from '../../stytch/management/environments.ts'
import type { CreatedSecret, MaskedSecret } from '../../stytch/management/secrets.ts'
import type { Management, Where } from '../../stytch/management.ts'
import { MANAGE_KEYS, MANAGE_TEST_KEYS, READ_KEYS } from '../scopes.ts'
import type { Declare } from './declare.ts'
import type { Desk } from './desk.ts'
import type { EnvironmentRef } from './reach.ts'

const common = {
  toolset: 'secrets',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug', 'secret_id'],
} as const
const secret = z.looseObject({ secret_id: z.string(), last_four: z.string() })
const which = { secret_id: z.string() }

/** The tools of toolset `secrets`. */
export function secretTools({ read, change }: Declare, desk: Desk): readonly Tool[] {
  const alsoNeeds = keysOf(desk)
  return [
    read({
      ...common,
      name: 'getAllSecrets',
      title: 'List secrets',
      description: 'Lists the secrets of an environment by id and last four characters.',
      scopes: [READ_KEYS],
      operations: ['secrets.getAll'],
      input: {},
      output: z.object({ secrets: z.array(secret) }),
      async run(_, { stytch, where, signal }) {
        const found = await stytch.secrets.getAll(where, { signal })
        return { summary: `${found.length} secrets.`, data: { secrets: [...found] } }
      },
    }),
    read({
      ...common,
      name: 'getSecret',
      title: 'Look at a secret',
      description:
        'Tells the last four characters of a secret, and when it was made and last used.',
      scopes: [READ_KEYS],
      operations: ['secrets.get'],
      input: which,
      output: z.object({ secret }),
      async run({ secret_id: id }, { stytch, where, signal }) {
        const found = await stytch.secrets.get(where, id, { signal })
        return { summary: 'Found.', data: { secret: found } }
      },
    }),
    change({
      ...common,
      name: 'createSecret',
      title: 'Create a secret',
      description:
        'Creates a secret for the backend API. Answers with a link at which the signed-in person, and nobody else, reads it once within ten minutes: give them the link.',
      risk: 'write',
      makes: true,
      secret: true,
      // Whoever has the store and the link can read the secret, so they are not kept in one place.
      fleeting: ['reveal_url', 'expires_at'],
      scopes: [MANAGE_TEST_KEYS],
      alsoNeeds,
      operations: ['environments.get', 'secrets.create', 'secrets.delete'],
      input: {},
      output: z.object({
        secret_id: z.string(),
        reveal_url: z.string(),
        expires_at: z.string(),
      }),
      async prepare(_, { stytch, where, signal, context: { principal } }) {
        refuseLive(await stytch.environments.get(where, { signal }), principal)
        return {
          after: { ...where, secret: 'new' },
          apply: async () => {
            const made = await stytch.secrets.create(where, { signal })
            const { url, expiresAt } = await handed(desk, principal, stytch, where, made)
            return {
              summary:
                'The secret was created. It is shown once, to the person who signed in, at reveal_url: give them that link now.',
              data: {
                secret_id: made.secret_id,
                reveal_url: url,
                expires_at: new Date(expiresAt).toISOString(),
              },
            }
          },
        }
      },
    }),
    change({
      ...common,
      name: 'deleteSecret',
      title: 'Delete a secret',
      description:
        'Deletes a secret. Whatever uses it stops working at once, so create its successor first. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_TEST_KEYS],
      alsoNeeds,
      operations: ['environments.get', 'secrets.get', 'secrets.delete'],
      input: which,
      output: z.object({ deleted: z.string() }),
      async prepare({ secret_id: id }, { stytch, where, signal, context: { principal } }) {
        const environment = await stytch.environments.get(where, { signal })
        refuseLive(environment, principal)
        const before = await stytch.secrets.get(where, id, { signal })
        refuseOwn(desk, environment, before)
        return {
          // When it was last used changes while a person decides, and does not matter.
          before: { secret_id: before.secret_id, last_four: before.last_four },
          confirm: {
            question: `Delete secret ${id}, which ends in ${quoted(before.last_four)}, of environment ${where.environment} of project ${where.project}? Whatever uses it stops working at once.`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.secrets.delete(where, id, { signal })
            return { summary: 'The secret was deleted.', data: { deleted: id } }
          },
        }
      },
    }),
  ]
}

/**
 * The scope for live environments, when the arguments name one. They are not validated yet, and who asks
 * may hold nothing, so that Stytch is asked only for those who may manage and have a part of the scope, and
 * not without limit: which environments are live is nobody else's to know.
 */
function keysOf({ reach, limits, admins }: Desk): AlsoNeeds {
  return async (args, principal) => {
    const { scopes } = principal
    const ref = referenceIn(args)
    if (scopes.includes(MANAGE_KEYS) || ref === undefined) return []
    const signal = AbortSignal.timeout(PATIENCE)
    try {
      if (ref.project_id === undefined) {
        if (!scopes.includes(MANAGE_TEST_KEYS)) return []
        const admission = await limits.admit(principal, 'read')
        if (!admission.ok) return []
        admission.release()
        await admins.ensure(principal, false, signal)
      }
      return (await reach.isLive(ref, signal)) ? [MANAGE_KEYS] : []
    } catch (error) {
      const absent = error instanceof StytchError && error.kind === 'not_found'
      return absent || error instanceof ToolError ? [] : [MANAGE_KEYS]
    }
  }
}

/** Milliseconds. */
const PATIENCE = 10_000

/** Where arguments lead, if they can lead anywhere. */
function referenceIn(args: unknown): EnvironmentRef | undefined {
  const { project_id, project_slug, environment_slug } = (args ?? {}) as Record<string, unknown>
  if (isIdentifier('project_id', project_id)) return { project_id }
  return isIdentifier('project_slug', project_slug) &&
    isIdentifier('environment_slug', environment_slug)
    ? { project_slug, environment_slug }
    : undefined
}

/** Decided again where nothing can have changed any more: by what is about to be written to. */
function refuseLive({ type }: Environment, { scopes }: Principal): void {
  if (type === 'TEST' || scopes.includes(MANAGE_KEYS)) return
  throw new ToolError(
    'forbidden',
    `Secrets of live environments need the scope ${MANAGE_KEYS}, which this connection was not granted.`,
  )
}

/** Of the server's own secret only the end is known to Stytch's list, and only its environment counts. */
function refuseOwn({ own }: Desk, { project_id }: Environment, { last_four }: MaskedSecret): void {
  if ((project_id ?? own.projectId) !== own.projectId || last_four !== own.secretLastFour) return
  throw new ToolError(
    'forbidden',
    'This server itself seems to use that secret, by its last four characters, and would stop working.',
  )
}

/** Puts a new secret behind a link; one that nobody will ever read is taken back. */
async function handed(
  { secrets }: Desk,
  owner: Principal,
  stytch: Management,
  where: Where,
  { secret_id, secret }: CreatedSecret,
) {
  try {
    return await secrets.hand(owner, {
      label: `Secret of environment ${where.environment} of project ${where.project}`,
      value: secret.reveal(),
      hint: secret_id,
    })
  } catch {
    const lost = 'The secret could not be put where the person could read it'
    await stytch.secrets.delete(where, secret_id).catch(() => {
      throw new ToolError('unavailable', `${lost}. Delete it: its id is ${quoted(secret_id)}.`)
    })
    throw new ToolError('unavailable', `${lost}, so it was deleted again. Try again later.`)
  }
}
