/**
 * Event log streaming: where the log of an environment is sent. Credentials for it never come through a
 * model; a person types them on a one-time page.
 */
import { z } from 'zod'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import type { EventLogStreaming } from '../../stytch/management/event-log-streaming.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import type { Declare, Hands } from './declare.ts'
import type { Desk } from './desk.ts'
import {
  type Destination,
  destination,
  destinationOf,
  destinationType,
  questionFor,
  type Waiting,
} from './event-log-destination.ts'
import { ifThere } from './if-there.ts'

const streaming = z.looseObject({ destination_type: z.string() })
const output = z.object({ event_log_streaming_config: streaming })
const link = z.object({ page_url: z.string(), expires_at: z.string() })
const common = {
  toolset: 'event_log_streaming',
  at: 'environment',
  audited: [
    'project_id',
    'project_slug',
    'environment_slug',
    'destination_type',
    'site',
    'hostname',
  ],
} as const
const input = { destination_type: destinationType }

/** The tools of toolset `event_log_streaming`. */
export function eventLogStreamingTools({ read, change }: Declare, desk: Desk): readonly Tool[] {
  const asksForCredentials = (tool: Waiting['tool']) =>
    change({
      ...common,
      ...(tool === 'createEventLogStreaming'
        ? {
            name: tool,
            title: 'Stream the event log somewhere',
            description:
              'Sets up a destination for the event log. Answers with a page where the person types its API key or password; give them the link, never ask for the secret. Then call enableEventLogStreaming.',
            operations: [
              'eventLogStreaming.get',
              'environments.get',
              'eventLogStreaming.create',
            ] as const,
          }
        : {
            name: tool,
            title: 'Change where the event log goes',
            description:
              'Changes a destination or its credentials; what is left out stays. Answers with a page where the person types the API key or password; give them the link.',
            operations: ['eventLogStreaming.get', 'eventLogStreaming.update'] as const,
          }),
      risk: 'write',
      secret: true,
      scopes: [MANAGE_SETTINGS],
      input: { ...input, ...destination },
      output: link,
      async prepare({ destination_type: type, ...given }, { stytch, where, signal, context }) {
        const found = await ifThere(stytch.eventLogStreaming.get(where, type, { signal }))
        const current = found && tool === 'updateEventLogStreaming' ? found : undefined
        refuseUnless(tool, found)
        const wanted = destinationOf(type, given, current)
        // Nobody is asked for credentials of an environment that is not there.
        if (found === undefined) await stytch.environments.get(where, { signal })
        return {
          ...(current && { before: current.destination_config }),
          after: { ...current?.destination_config, ...section(wanted, current) },
          apply: async () => {
            const { url, expiresAt } = await desk.secrets.collect(
              context.principal,
              await questionFor(
                { tool, correlationId: context.requestId, ...where, destination: wanted },
                found,
              ),
            )
            return {
              summary:
                'Nothing was changed yet: give the person the link. It works once, within ten minutes, for them alone.',
              data: { page_url: url, expires_at: new Date(expiresAt).toISOString() },
            }
          },
        }
      },
    })

  const switches = (verb: 'enable' | 'disable') =>
    change({
      ...common,
      ...(verb === 'enable'
        ? {
            name: 'enableEventLogStreaming',
            title: 'Start streaming the event log',
            description: 'Starts sending the event log, with data of people, to its destination.',
          }
        : {
            name: 'disableEventLogStreaming',
            title: 'Stop streaming the event log',
            description: 'Stops sending the event log. What happens meanwhile is not sent later.',
          }),
      operations: ['eventLogStreaming.get', `eventLogStreaming.${verb}`],
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      input,
      output: z.object({ streaming_status: z.string() }),
      async prepare({ destination_type: type }, { stytch, where, signal }) {
        const { streaming_status: before } = await stytch.eventLogStreaming.get(where, type, {
          signal,
        })
        const after = verb === 'enable' ? 'ACTIVE' : 'DISABLED'
        return {
          before: { streaming_status: before },
          after: { streaming_status: after },
          apply: async () => {
            await stytch.eventLogStreaming[verb](where, type, { signal })
            return {
              summary: `Streaming is ${verb}d.`,
              data: { streaming_status: after },
            }
          },
        }
      },
    })

  return [
    read({
      ...common,
      name: 'getEventLogStreaming',
      title: 'Look at event log streaming',
      description: 'Tells where the event log of an environment goes, and whether it does.',
      scopes: [READ_SETTINGS],
      operations: ['eventLogStreaming.get'],
      input,
      output,
      async run({ destination_type }, { stytch, where, signal }: Hands<'environment'>) {
        const found = await stytch.eventLogStreaming.get(where, destination_type, { signal })
        return { summary: 'Found.', data: { event_log_streaming_config: { ...found } } }
      },
    }),
    asksForCredentials('createEventLogStreaming'),
    asksForCredentials('updateEventLogStreaming'),
    switches('enable'),
    switches('disable'),
    change({
      ...common,
      name: 'deleteEventLogStreaming',
      title: 'Delete event log streaming',
      description:
        'Removes a destination of the event log and its credentials. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['eventLogStreaming.get', 'eventLogStreaming.delete'],
      input,
      output: z.object({ deleted: z.string() }),
      async prepare({ destination_type: type }, { stytch, where, signal }) {
        const before = await stytch.eventLogStreaming.get(where, type, { signal })
        return {
          before,
          confirm: {
            question: `Stop sending the event log of environment ${where.environment} of project ${where.project} to ${type}, and forget the credentials?`,
            phrase: where.environment,
          },
          apply: async () => {
            await stytch.eventLogStreaming.delete(where, type, { signal })
            return { summary: 'The destination was deleted.', data: { deleted: type } }
          },
        }
      },
    }),
  ]
}

function refuseUnless(tool: Waiting['tool'], found: EventLogStreaming | undefined): void {
  if (tool === 'createEventLogStreaming' && found !== undefined) {
    throw new ToolError(
      'conflict',
      'There is a destination of this type. Call updateEventLogStreaming to change it.',
    )
  }
  if (tool === 'updateEventLogStreaming' && found === undefined) {
    throw new ToolError(
      'not_found',
      'There is no destination of this type. Call createEventLogStreaming to set one up.',
    )
  }
}

/** The destination as Stytch spells it; of its credentials nothing is known yet. */
function section(wanted: Destination, current: EventLogStreaming | undefined) {
  const { datadog, grafana_loki } = current?.destination_config ?? {}
  const { type, ...named } = wanted
  return type === 'DATADOG'
    ? { datadog: { ...datadog, ...named } }
    : { grafana_loki: { ...grafana_loki, ...named } }
}
