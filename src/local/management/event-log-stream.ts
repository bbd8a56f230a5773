/**
 * Where an environment's event log goes. Of the credentials only what Stytch goes on showing is kept: the
 * last four characters.
 */

export const DESTINATION_TYPES = ['DATADOG', 'GRAFANA_LOKI'] as const
export const DATADOG_SITES = ['US', 'US3', 'US5', 'EU', 'AP1'] as const

export type DestinationType = (typeof DESTINATION_TYPES)[number]

export type MaskedDestination =
  | {
      readonly datadog: {
        readonly api_key_last_four: string
        readonly site: (typeof DATADOG_SITES)[number]
      }
    }
  | {
      readonly grafana_loki: {
        readonly hostname: string
        readonly username: string
        readonly password_last_four: string
      }
    }

export interface EventLogStream {
  readonly destination: MaskedDestination
  /** Streams come disabled. */
  readonly status: 'ACTIVE' | 'DISABLED'
}
