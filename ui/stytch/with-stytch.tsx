/**
 * Stytch's hooks for a page, told of every change from the start.
 */
import { StytchProvider } from '@stytch/react'
import type { ComponentChildren } from 'preact'
import type { Client } from './client.ts'

/**
 * Provides the client.
 *
 * By default the SDK reads its state when it is first drawn and listens for changes a moment later; a
 * session check that ends in between is never heard of, and the page would wait for it in vain. Told
 * that nothing is known yet, it reads and listens at the same moment.
 */
export function WithStytch({ client, children }: { client: Client; children: ComponentChildren }) {
  return (
    <StytchProvider stytch={client} assumeHydrated={false}>
      {children}
    </StytchProvider>
  )
}
