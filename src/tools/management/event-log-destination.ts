/**
 * Where an event log goes, without the credentials for it, and what is done once a person has typed those
 * on the one-time page. Minutes may lie in between, so everything is asked anew.
 */
import { z } from 'zod'
import { endingOf, openRecord } from '../../mcp/call-record.ts'
import { fingerprint } from '../../mcp/difference.ts'
import { ToolError } from '../../mcp/tool.ts'
import { StytchError } from '../../stytch/failure.ts'
import {
  DATADOG_SITES,
  DESTINATION_TYPES,
  type DestinationConfig,
  type DestinationType,
  type EventLogStreaming,
} from '../../stytch/management/event-log-streaming.ts'
import type { Completion, SecretQuestion } from '../../web/secrets/one-time-secrets.ts'
import { MANAGE_SETTINGS } from '../scopes.ts'
import { invalid } from './checked.ts'
import type { Desk } from './desk.ts'
import { gatesOf, type Reached } from './gates.ts'
import { ifThere } from './if-there.ts'
import { isOneLine } from './one-line.ts'
import { isPublicHost } from './public-host.ts'

/** Names the completion. */
export const EVENT_LOG_CREDENTIALS = 'event_log_credentials'

/** Arguments that name a destination, each for one type. */
export const destination = {
  site: z.enum(DATADOG_SITES).optional().describe('Of DATADOG'),
  hostname: z.string().max(253).optional().describe('Of GRAFANA_LOKI'),
  username: z.string().max(256).optional().describe('Of GRAFANA_LOKI'),
}

/** What the arguments say. */
export type Given = z.output<z.ZodObject<typeof destination>>

/** A destination without credentials. */
const datadog = z.object({ type: z.literal('DATADOG'), site: z.enum(DATADOG_SITES) })
const grafana = z.object({
  type: z.literal('GRAFANA_LOKI'),
  hostname: z.string(),
  username: z.string(),
})
const unsecured = z.discriminatedUnion('type', [datadog, grafana])
export type Destination = z.output<typeof unsecured>

/** What waits for credentials. */
const waiting = z.object({
  tool: z.enum(['createEventLogStreaming', 'updateEventLogStreaming']),
  /** Of the call that asked. */
  correlationId: z.string(),
  project: z.string(),
  environment: z.string(),
  destination: unsecured,
  /** Of what was there; a change made meanwhile is not overwritten. */
  seen: z.string(),
})
export type Waiting = z.output<typeof waiting>

/**
 * The destination the arguments make of the current one.
 *
 * @throws {ToolError} `invalid_arguments` when something is missing, of the other type, or inside a network
 */
export function destinationOf(
  type: DestinationType,
  given: Given,
  current?: EventLogStreaming,
): Destination {
  const { datadog, grafana_loki: grafana } = current?.destination_config ?? {}
  if (type === 'DATADOG') {
    if ((given.hostname ?? given.username) !== undefined) {
      throw invalid('hostname and username are for GRAFANA_LOKI. Give site.')
    }
    const site = DATADOG_SITES.find((known) => known === (given.site ?? datadog?.site))
    if (site === undefined) throw invalid('site is missing.')
    return { type, site }
  }
  if (given.site !== undefined) {
    throw invalid('site is for DATADOG. Give hostname and username.')
  }
  const hostname = (given.hostname ?? grafana?.hostname)?.toLowerCase()
  const username = given.username ?? grafana?.username
  if (!hostname || !username) throw invalid('hostname and username are needed for GRAFANA_LOKI.')
  if (!isPublicHost(hostname)) {
    throw invalid('hostname must be a public name such as logs.example.com, and nothing besides.')
  }
  if (!isOneLine(username)) throw invalid('username must be one line of text.')
  return { type, hostname, username }
}

/** What a person is asked for. */
export async function questionFor(args: Omit<Waiting, 'seen'>, current?: EventLogStreaming) {
  const { destination, environment, project } = args
  const of = `for the event log of environment ${environment} of project ${project}`
  return {
    kind: EVENT_LOG_CREDENTIALS,
    ...(destination.type === 'DATADOG'
      ? {
          title: `Datadog API key (site ${destination.site}) ${of}`,
          fields: [{ name: 'credential', label: 'API key' }],
        }
      : {
          title: `Grafana Loki password (${destination.hostname}) ${of}`,
          fields: [{ name: 'credential', label: 'Password' }],
        }),
    args: { ...args, seen: await printOf(current) },
  } satisfies SecretQuestion
}

/** Milliseconds; each request to Stytch has less. */
const PATIENCE = 30_000

/** Sets the destination with what was typed, for whoever asked, if they still may. */
export function eventLogCredentials(desk: () => Desk): Completion {
  return async (args, { credential = '' }, owner) => {
    const { within, reach } = gatesOf(desk())
    const asked = waiting.parse(args)
    const { tool, correlationId, destination } = asked
    const names = { project_slug: asked.project, environment_slug: asked.environment }
    const record = openRecord(
      desk().audit,
      {
        correlationId,
        principal: owner,
        tool,
        arguments: { ...names, ...destination },
        shown: [...Object.keys(names), 'type'],
        scopes: [MANAGE_SETTINGS],
      },
      'elicitation',
    )

    async function set(): Promise<void> {
      const passing = { principal: owner, signal: AbortSignal.timeout(PATIENCE), record }
      const reached = await reach('environment', names, passing, { changes: true, live: true })
      const { stytch, where, signal } = reached
      const { eventLogStreaming } = stytch
      if ((await printOf(await current(reached, asked))) !== asked.seen) {
        throw new ToolError(
          'changed',
          'The event log’s destination has changed since this link was made, so nothing was done. Ask for a new link.',
        )
      }
      const destination_config = secured(destination, credential)
      if (tool === 'createEventLogStreaming') {
        const body = { destination_type: destination.type, destination_config }
        await eventLogStreaming.create(where, body, { signal })
      } else {
        await eventLogStreaming.update(where, destination.type, { destination_config }, { signal })
      }
    }

    try {
      await within({ principal: owner }, 'write', () => worded(set()))
      await record.close({ outcome: 'ok' })
      return { ok: true, sentence: DONE[tool] }
    } catch (error) {
      await record.close(endingOf(error, false))
      // Where nobody knows what came of it, the link must not do it again.
      if (!(error instanceof ToolError) || error.code === 'outcome_unknown') throw error
      return { ok: false, sentence: error.message }
    }
  }
}

const DONE = {
  createEventLogStreaming:
    'The destination is set. Nothing is sent there until streaming is enabled.',
  updateEventLogStreaming: 'The destination was changed.',
}

/** A refusal for the person at the page, who sees neither tools nor arguments. */
async function worded(setting: Promise<void>): Promise<void> {
  try {
    await setting
  } catch (error) {
    if (!(error instanceof StytchError && error.kind === 'invalid')) throw error
    throw new ToolError(
      'invalid_arguments',
      'Stytch does not accept that. Check what you typed, and that it is for this destination.',
    )
  }
}

function current(
  { stytch, where, signal }: Reached<'environment'>,
  { destination: { type } }: Waiting,
): Promise<EventLogStreaming | undefined> {
  return ifThere(stytch.eventLogStreaming.get(where, type, { signal }))
}

function printOf(current: EventLogStreaming | undefined): Promise<string> {
  return fingerprint(current?.destination_config ?? null)
}

function secured(destination: Destination, credential: string): DestinationConfig {
  if (destination.type === 'DATADOG') {
    return { datadog: { site: destination.site, api_key: credential } }
  }
  const { hostname, username } = destination
  return { grafana_loki: { hostname, username, password: credential } }
}

/** Every type of destination, for arguments. */
export const destinationType = z.enum(DESTINATION_TYPES)
