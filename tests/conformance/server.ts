/**
 * The server under test: our app, behind our authentication, with the offer the suite asks for, and
 * Local Stytch beside it. Each runtime's entry brings only how it listens.
 */
import { createApp, createLog, loadConfig } from '../../src/index.ts'
import { createLocalStytch } from '../../src/local/index.ts'
import { GUARD } from './offer/guarded.ts'
import { offer } from './offer/index.ts'

type Fetch = (request: Request) => Response | Promise<Response>

/** A client the authorization-server scenarios sign in with. */
export const CLIENT_ID = 'connected-app-test-c0f0a000-0000-4000-8000-000000000001'
/** The scope some of the offer needs, as the project knows it. */
const SCOPES = [{ scope: GUARD, description: 'Read what is guarded' }]

/** What a runtime does its own way. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly listen: (fetch: Fetch, port: number) => Promise<void>
  readonly print: (line: string) => void
}

/** Starts both; the environment names ports as for the real server, and `CALLBACK_PORT`. */
export async function serve({ env, listen, print }: Surroundings): Promise<void> {
  const { CALLBACK_PORT, ...variables } = env
  const config = loadConfig(variables)
  const { domain, projectId, publicToken } = config.stytch
  const local = createLocalStytch({
    url: domain,
    authorizationEndpoint: `${config.publicUrl}/oauth/authorize`,
    projectId,
    publicToken,
    scopes: SCOPES,
    clients: [
      { clientId: CLIENT_ID, redirectUris: [`http://127.0.0.1:${CALLBACK_PORT}/callback`] },
    ],
  })
  await listen(local.fetch, Number(new URL(domain).port))
  const app = createApp(config, { ...offer, log: createLog({ write: print }) })
  await listen(app.fetch, config.listen.port)
}
