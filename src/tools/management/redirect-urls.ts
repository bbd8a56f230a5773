/** Redirect URLs: where Stytch may send people after a step of a sign-in. */
import { z } from 'zod'
import { isLoopbackHost } from '../../loopback.ts'
import type { Tool } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import {
  REDIRECT_URL_TYPES,
  type RedirectURL,
  type ValidType,
} from '../../stytch/management/redirect-urls.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Declare } from './declare.ts'
import { ifThere } from './if-there.ts'

const LONGEST = 2_048
/** Characters of a URL in a question: its host, and where it goes from there. */
const SHOWN = 200
const validTypes = z
  .array(z.strictObject({ type: z.enum(REDIRECT_URL_TYPES), is_default: z.boolean().optional() }))
  .min(1)
  .max(REDIRECT_URL_TYPES.length)
const url = z.string().max(LONGEST)
const redirectURL = z.looseObject({ url: z.string() })
const common = {
  toolset: 'redirect_urls',
  at: 'environment',
  audited: ['project_id', 'project_slug', 'environment_slug', 'url'],
  long: { maxText: LONGEST },
} as const
const promote = {
  do_not_promote_defaults: z.boolean().optional().describe('Leave types without a default'),
}

/** The tools of toolset `redirect_urls`. */
export function redirectURLTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getAllRedirectURLs',
      title: 'List redirect URLs',
      description: 'Lists the redirect URLs of an environment and what each is valid for.',
      scopes: [READ_SETTINGS],
      operations: ['redirectURLs.getAll'],
      input: {},
      output: z.object({ redirect_urls: z.array(redirectURL) }),
      async run(_, { stytch, where, signal }) {
        const found = await stytch.redirectURLs.getAll(where, { signal })
        return {
          summary: `${found.length} redirect URLs.`,
          data: { redirect_urls: [...found] },
        }
      },
    }),
    read({
      ...common,
      name: 'getRedirectURL',
      title: 'Look at a redirect URL',
      description: 'Tells what one redirect URL is valid for.',
      scopes: [READ_SETTINGS],
      operations: ['redirectURLs.get'],
      input: { url },
      output: z.object({ redirect_url: redirectURL }),
      async run(input, { stytch, where, signal }) {
        const found = await stytch.redirectURLs.get(where, input.url, { signal })
        return { summary: 'Found.', data: { redirect_url: found } }
      },
    }),
    change({
      ...common,
      name: 'createRedirectURL',
      title: 'Add a redirect URL',
      description:
        'Allows a URL as the target of sign-ins. https, or http on localhost. A wildcard such as https://*.example.com lets every such host receive sign-ins, so a person is asked first.',
      risk: 'write',
      asks: true,
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['redirectURLs.get', 'redirectURLs.create'],
      input: { url, valid_types: validTypes, ...promote },
      output: z.object({ redirect_url: redirectURL }),
      async prepare(input, { stytch, where, signal }) {
        const target = acceptable(input.url)
        const before = await ifThere(stytch.redirectURLs.get(where, target, { signal }))
        const { valid_types, do_not_promote_defaults } = input
        return {
          before,
          after: { url: target, valid_types: [...kept(before, valid_types), ...valid_types] },
          ...(WILD.test(target) && {
            confirm: {
              question: `Allow sign-ins to every host that matches ${quoted(target, SHOWN)}?`,
              phrase: where.environment,
            },
          }),
          apply: async () => ({
            summary: 'The redirect URL is allowed.',
            data: {
              redirect_url: await stytch.redirectURLs.create(
                where,
                {
                  url: target,
                  valid_types,
                  ...(do_not_promote_defaults && { do_not_promote_defaults }),
                },
                { signal },
              ),
            },
          }),
        }
      },
    }),
    change({
      ...common,
      name: 'updateRedirectURL',
      title: 'Change a redirect URL',
      description: 'Replaces what a redirect URL is valid for.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['redirectURLs.get', 'redirectURLs.update'],
      input: { url, valid_types: validTypes, ...promote },
      output: z.object({ redirect_url: redirectURL }),
      async prepare({ valid_types, do_not_promote_defaults, ...input }, { stytch, where, signal }) {
        const before = await stytch.redirectURLs.get(where, input.url, { signal })
        return {
          before,
          after: { ...before, valid_types },
          apply: async () => ({
            summary: 'The redirect URL was changed.',
            data: {
              redirect_url: await stytch.redirectURLs.update(
                where,
                input.url,
                { valid_types, ...(do_not_promote_defaults && { do_not_promote_defaults }) },
                { signal },
              ),
            },
          }),
        }
      },
    }),
    change({
      ...common,
      name: 'deleteRedirectURL',
      title: 'Delete a redirect URL',
      description:
        'Removes a redirect URL. Sign-ins that use it stop working at once. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['redirectURLs.get', 'redirectURLs.delete'],
      input: { url, ...promote },
      output: z.object({ deleted: z.string() }),
      async prepare({ do_not_promote_defaults, ...input }, { stytch, where, signal }) {
        const before = await stytch.redirectURLs.get(where, input.url, { signal })
        const place = `environment ${where.environment} of project ${where.project}`
        return {
          before,
          confirm: {
            question: `Delete redirect URL ${quoted(before.url, SHOWN)} from ${place}? Sign-ins that use it stop working.`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.redirectURLs.delete(where, input.url, {
              signal,
              ...(do_not_promote_defaults && { do_not_promote_defaults }),
            })
            return { summary: 'The redirect URL was deleted.', data: { deleted: before.url } }
          },
        }
      },
    }),
  ]
}

/** Adding a URL that is there already adds to what it is for. */
function kept(before: RedirectURL | undefined, added: readonly ValidType[]): readonly ValidType[] {
  return (before?.valid_types ?? []).filter(({ type }) => added.every((one) => one.type !== type))
}

/** Schemes of addresses that run code, read a disk or lead to no app (RFC 8252 §7.1 has those that do). */
const UNSAFE =
  /^(?:about|blob|data|file|filesystem|ftp|http|javascript|mailto|vbscript|view-source|wss?):$/

/** Stands for many hosts, or for many addresses. */
const WILD = /[*{}]/

/** A wildcard for hosts below a name of somebody's own: `*.com` is everybody's. */
const BELOW_A_NAME = /^[^.]+(?:\.[^.*{}]+){2,}$/

/** What browsers and servers read differently is refused rather than understood here. */
const PLAIN = /^(?:https?:\/\/(?!\/)|(?!https?:)[a-z][a-z0-9+.-]*:\/)[\x21-\x5b\x5d-\x7e]+$/i

/** An address people can safely be sent to, with a token: never in the clear, never to a script. */
function acceptable(text: string): string {
  const parsed = PLAIN.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (parsed !== undefined && isSafe(parsed)) return text
  throw invalid(
    'url must be an https address, http on localhost, or an address of an app of your own; a wildcard stands for hosts below a name, as in https://*.example.com.',
  )
}

function isSafe({ protocol, hostname, username, password }: URL): boolean {
  const open = UNSAFE.test(protocol) && !(protocol === 'http:' && isLoopbackHost(hostname))
  const wide = WILD.test(hostname) && !BELOW_A_NAME.test(hostname)
  return !open && !wide && username === '' && password === ''
}
