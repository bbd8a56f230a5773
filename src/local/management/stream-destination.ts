/** A destination of event logs as it is sent, credentials and all: read, checked, and masked for keeping. */
import { z } from 'zod'
import { ApiError } from '../errors.ts'
import { DATADOG_SITES, type DestinationType, type MaskedDestination } from './event-log-stream.ts'
import { isHostname } from './hostname.ts'
import { optional, text } from './zero-values.ts'

/** Everything in it is checked later, so that credentials are known for what they are before that. */
export const destinationRequest = optional(
  z.object({
    datadog: optional(z.object({ api_key: text(), site: text() })),
    grafana_loki: optional(z.object({ hostname: text(), username: text(), password: text() })),
  }),
)

type Wanted = z.output<typeof destinationRequest>

export type Destination =
  | {
      readonly datadog: {
        readonly api_key: string
        readonly site: (typeof DATADOG_SITES)[number]
      }
    }
  | {
      readonly grafana_loki: {
        readonly hostname: string
        readonly username: string
        readonly password: string
      }
    }

/** @returns every credential in a request, whether or not the request is any good */
export function secretsIn(wanted: Wanted): string[] {
  return [wanted?.datadog?.api_key, wanted?.grafana_loki?.password].flatMap((value) => value || [])
}

/**
 * @throws ApiError `invalid_argument` unless the destination's own configuration is there, and it alone;
 *   `event_log_streaming_bad_datadog_config` or `event_log_streaming_bad_grafana_loki_config`
 */
export function requireDestination(type: DestinationType, wanted: Wanted): Destination {
  const { datadog, grafana_loki } = wanted ?? {}
  if (type === 'DATADOG' && datadog && !grafana_loki) return { datadog: requireDatadog(datadog) }
  if (type === 'GRAFANA_LOKI' && grafana_loki && !datadog) {
    return { grafana_loki: requireGrafanaLoki(grafana_loki) }
  }
  throw new ApiError(
    'invalid_argument',
    'destination_config must have the configuration of the destination type, and no other.',
  )
}

/** @returns the destination with its credential cut down to the last four characters */
export function masked(destination: Destination): MaskedDestination {
  if ('datadog' in destination) {
    const { api_key, site } = destination.datadog
    return { datadog: { api_key_last_four: api_key.slice(-4), site } }
  }
  const { hostname, username, password } = destination.grafana_loki
  return { grafana_loki: { hostname, username, password_last_four: password.slice(-4) } }
}

function requireDatadog({ api_key, site: named }: { api_key: string; site: string }) {
  const site = DATADOG_SITES.find((site) => site === named)
  if (!site || !/^[0-9a-f]{32}$/.test(api_key)) {
    throw new ApiError('event_log_streaming_bad_datadog_config')
  }
  return { api_key, site }
}

/** A password as short as what is shown of it would be shown whole. */
function requireGrafanaLoki<Config extends Record<'hostname' | 'username' | 'password', string>>(
  config: Config,
): Config {
  if (!isHostname(config.hostname) || config.username === '' || config.password.length <= 4) {
    throw new ApiError('event_log_streaming_bad_grafana_loki_config')
  }
  return config
}
