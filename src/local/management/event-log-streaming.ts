/**
 * Where an environment's event log is sent: one destination at most, with credentials that are shown once,
 * when set, and by their last four characters after. Nothing is ever sent from here.
 *
 * @see https://stytch.com/docs/resources/workspace-management/event-log-streaming
 */
import { Hono } from 'hono'
import { z } from 'zod'
import { answer, type LocalContext, type LocalEnv, readJson } from '../envelope.ts'
import { ApiError } from '../errors.ts'
import type { World } from '../world.ts'
import { DESTINATION_TYPES, type DestinationType, type EventLogStream } from './event-log-stream.ts'
import { environmentOf, segment } from './find.ts'
import {
  type Destination,
  destinationRequest,
  masked,
  requireDestination,
  secretsIn,
} from './stream-destination.ts'
import { text } from './zero-values.ts'

/** @returns create, get, update, delete, enable and disable */
export function eventLogStreaming(world: World): Hono<LocalEnv> {
  const app = new Hono<LocalEnv>().basePath(
    '/pwa/v3/projects/:project_slug/environments/:environment_slug/event_log_streaming',
  )
  app.post('/', async (c) => {
    const streams = streamsOf(world, c)
    const { destination_type, destination_config } = await readJson(c, createRequest)
    for (const secret of secretsIn(destination_config)) world.project.onSecret(secret)
    const type = destinationType(destination_type)
    const destination = requireDestination(type, destination_config)
    if (streams.size > 0) throw new ApiError('event_log_streaming_too_many_destinations')
    return answerSet(c, streams, { type, destination, status: 'DISABLED' })
  })
  app.get('/:destination_type', (c) => {
    const { type, stream } = streamOf(world, c)
    const { destination, status } = stream
    return answer(c, {
      event_log_streaming_config: {
        destination_type: type,
        destination_config: destination,
        streaming_status: status,
      },
    })
  })
  app.put('/:destination_type', async (c) => {
    streamOf(world, c)
    const { destination_config } = await readJson(c, updateRequest)
    for (const secret of secretsIn(destination_config)) world.project.onSecret(secret)
    // Looked up again: the body took time to arrive, and the stream may have been switched or deleted.
    const { type, stream } = streamOf(world, c)
    const destination = requireDestination(type, destination_config)
    return answerSet(c, streamsOf(world, c), { type, destination, status: stream.status })
  })
  app.delete('/:destination_type', (c) => {
    streamsOf(world, c).delete(streamOf(world, c).type)
    return answer(c, {})
  })
  for (const [verb, status] of [
    ['enable', 'ACTIVE'],
    ['disable', 'DISABLED'],
  ] as const) {
    app.post(`/:destination_type/${verb}`, (c) => {
      const { type, stream } = streamOf(world, c)
      streamsOf(world, c).set(type, { ...stream, status })
      return answer(c, {})
    })
  }
  return app
}

const updateRequest = z.object({ destination_config: destinationRequest })
const createRequest = updateRequest.extend({ destination_type: text() })

/** Keeps the destination masked, and says it once as it was sent. */
function answerSet(
  c: LocalContext,
  streams: Map<DestinationType, EventLogStream>,
  {
    type,
    destination,
    status,
  }: {
    readonly type: DestinationType
    readonly destination: Destination
    readonly status: EventLogStream['status']
  },
): Response {
  streams.set(type, { destination: masked(destination), status })
  return answer(c, {
    event_log_streaming_config: {
      destination_type: type,
      destination_config: destination,
      streaming_status: status,
    },
  })
}

function streamsOf(world: World, c: LocalContext): Map<DestinationType, EventLogStream> {
  return environmentOf(world, c).environment.settings.eventLogStreams
}

function streamOf(world: World, c: LocalContext) {
  const streams = streamsOf(world, c)
  const type = destinationType(segment(c, 'destination_type'))
  const stream = streams.get(type)
  if (!stream) throw new ApiError('event_log_streaming_not_found')
  return { type, stream }
}

function destinationType(named: string): DestinationType {
  const type = DESTINATION_TYPES.find((type) => type === named)
  if (!type) throw new ApiError('event_log_streaming_invalid_destination_type')
  return type
}
