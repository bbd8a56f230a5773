/**
 * Where the script of the one-time secret page starts.
 */
import type { PageData } from '../../src/web/page-data.ts'
import { createClient, ErrorBoundary, readPage, start, useState, WithStytch } from '../shared.ts'
import { SecretPage } from './secret-page.tsx'

const page = readPage(document)
start(
  page,
  <ErrorBoundary>
    <SecretApp data={page.data} />
  </ErrorBoundary>,
)

/** Inside the boundary, so that a client that cannot be created is an error state too. */
function SecretApp({ data }: { data: PageData }) {
  const [client] = useState(() => createClient(data.stytch))
  return (
    <WithStytch client={client}>
      <SecretPage data={data} client={client} />
    </WithStytch>
  )
}
