/**
 * Where an environment's event log is sent. Stytch answers creation and change with the credentials in
 * full; of those nothing is kept.
 */
import { z } from 'zod'
import { done, lastFour, maybe, type Word, word } from './answer.ts'
import { type Call, type CallOptions, inEnvironment, type Where } from './call.ts'

export const DESTINATION_TYPES = ['DATADOG', 'GRAFANA_LOKI'] as const
export const DATADOG_SITES = ['US', 'US3', 'US5', 'EU', 'AP1'] as const

export type DestinationType = (typeof DESTINATION_TYPES)[number]
type DatadogSite = (typeof DATADOG_SITES)[number]
type StreamingStatus = 'ACTIVE' | 'DISABLED' | 'PENDING'

const streaming = z.object({
  destination_type: word<DestinationType>(),
  destination_config: maybe(
    z.object({
      datadog: maybe(
        z.object({ api_key_last_four: maybe(lastFour), site: maybe(word<DatadogSite>()) }),
      ),
      grafana_loki: maybe(
        z.object({
          hostname: maybe(z.string()),
          username: maybe(z.string()),
          password_last_four: maybe(lastFour),
        }),
      ),
    }),
  ),
  streaming_status: maybe(word<StreamingStatus>()),
})

export type EventLogStreaming = z.output<typeof streaming>

/** The section of the destination's type, with its credentials. */
export interface DestinationConfig {
  readonly datadog?: { readonly api_key: string; readonly site: Word<DatadogSite> }
  readonly grafana_loki?: {
    readonly hostname: string
    readonly username: string
    readonly password: string
  }
}

export interface NewEventLogStreaming {
  readonly destination_type: DestinationType
  readonly destination_config: DestinationConfig
}

export interface EventLogStreamingChanges {
  readonly destination_config: DestinationConfig
}

const one = z.object({ event_log_streaming_config: streaming })

/** Streaming of the event log, per environment and kind of destination. */
export function eventLogStreaming(call: Call) {
  return Object.freeze({
    /** Sets up a destination. Nothing is sent there until it is enabled. */
    async create(
      where: Where,
      body: NewEventLogStreaming,
      options?: CallOptions,
    ): Promise<EventLogStreaming> {
      const isAbout = is(body.destination_type)
      const given = { path: inEnvironment(where), body, answer: one, isAbout, options }
      return (await call('eventLogStreaming.create', given)).event_log_streaming_config
    },

    async get(
      where: Where,
      type: DestinationType,
      options?: CallOptions,
    ): Promise<EventLogStreaming> {
      const given = { path: at(where, type), answer: one, isAbout: is(type), options }
      return (await call('eventLogStreaming.get', given)).event_log_streaming_config
    },

    async update(
      where: Where,
      type: DestinationType,
      body: EventLogStreamingChanges,
      options?: CallOptions,
    ): Promise<EventLogStreaming> {
      const given = { path: at(where, type), body, answer: one, isAbout: is(type), options }
      return (await call('eventLogStreaming.update', given)).event_log_streaming_config
    },

    async delete(where: Where, type: DestinationType, options?: CallOptions): Promise<void> {
      await call('eventLogStreaming.delete', { path: at(where, type), answer: done, options })
    },

    async enable(where: Where, type: DestinationType, options?: CallOptions): Promise<void> {
      const path = at(where, type)
      await call('eventLogStreaming.enable', { path, body: {}, answer: done, options })
    },

    async disable(where: Where, type: DestinationType, options?: CallOptions): Promise<void> {
      const path = at(where, type)
      await call('eventLogStreaming.disable', { path, body: {}, answer: done, options })
    },
  })
}

function at(where: Where, type: DestinationType) {
  return { ...inEnvironment(where), destination_type: type } as const
}

function is(type: DestinationType) {
  return (answer: z.output<typeof one>) =>
    answer.event_log_streaming_config.destination_type === type
}
