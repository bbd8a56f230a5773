/**
 * The Stytch client of these pages.
 */
import { createStytchClient, type StytchClient } from '@stytch/react'

export type Client = StytchClient

/**
 * Creates the client, bound to the API this server is configured for.
 *
 * `endpoints` is the SDK's internal option. The public one, `customBaseUrl`, forces https and drops the
 * port, so it cannot reach Local Stytch.
 */
export function createClient(stytch: { publicToken: string; browserApi: string }): Client {
  const api = stytch.browserApi.replace(/\/+$/, '')
  const options = { endpoints: { testAPIURL: api, liveAPIURL: api } }
  return createStytchClient(stytch.publicToken, options as object)
}
