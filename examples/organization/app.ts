/**
 * An announcement board for each organization of a B2B project. Whoever is a member may read it; who may write
 * is decided by their role at Stytch, now: a token can be an hour older than that.
 */
import { Hono } from 'hono'
import {
  authorize,
  defineTool,
  type Principal,
  stytchMcp,
  stytchRoles,
  ToolError,
} from 'stytch-mcp'
import { z } from 'zod'

const settings = { env: process.env, stytch: { vertical: 'b2b' } } as const
const admins = authorize({ roles: ['stytch_admin'], rolesOf: stytchRoles(settings) })

/** By id of the organization. Your database goes here. */
const boards = new Map<string, string>()

/** What a member may touch follows from their token, never from an argument. */
function organizationOf({ organization }: Principal): string {
  if (organization === undefined) throw new ToolError('no_organization', 'Sign in to one.')
  return organization.id
}

const readBoard = defineTool({
  name: 'readBoard',
  title: 'Read the board',
  description: 'Reads the announcement of the organization the person is signed in to.',
  toolset: 'board',
  risk: 'read',
  scopes: ['read:board'],
  input: z.strictObject({}),
  output: z.object({ announcement: z.string().optional() }),
  async run(_, { principal }) {
    return { data: { announcement: boards.get(organizationOf(principal)) } }
  },
})

const writeBoard = defineTool({
  name: 'writeBoard',
  title: 'Write on the board',
  description: 'Replaces the announcement of the organization. Only its administrators may.',
  toolset: 'board',
  risk: 'write',
  scopes: ['write:board'],
  input: z.strictObject({ announcement: z.string().max(1000) }),
  async run({ announcement }, { principal }) {
    await admins.demand({ principal })
    boards.set(organizationOf(principal), announcement)
    return { summary: 'The announcement is on the board.' }
  },
})

const app = new Hono()
app.route('/', stytchMcp({ ...settings, consent: false, tools: [readBoard, writeBoard] }))
export default app
