/**
 * Chooses between the two pages, with one Stytch client for either.
 */
import { useState } from 'preact/hooks'
import type { PageData } from '../src/web/page-data.ts'
import { AuthorizePage } from './authorize/authorize-page.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { LoginPage } from './login-page.tsx'
import { createClient } from './stytch/client.ts'
import { WithStytch } from './stytch/with-stytch.tsx'

/** The whole app. */
export function App({ data }: { data: PageData }) {
  return (
    <ErrorBoundary>
      <Pages data={data} />
    </ErrorBoundary>
  )
}

/** Inside the boundary, so that a client that cannot be created is an error state too. */
function Pages({ data }: { data: PageData }) {
  const [client] = useState(() => createClient(data.stytch))
  return (
    <WithStytch client={client}>
      {data.request ? (
        <AuthorizePage data={data} request={data.request} client={client} />
      ) : (
        <LoginPage data={data} client={client} />
      )}
    </WithStytch>
  )
}
