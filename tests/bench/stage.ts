/**
 * What all servers under load share: Local Stytch, which signs the tokens and publishes the key, and the
 * environment of a production deployment of its project.
 */
import { LOCAL_PROJECT } from '../../src/config.ts'
import { createLocalStytch, SEED_USERS } from '../../src/local/index.ts'
import { freePorts } from '../support/free-ports.ts'

/** Where the servers believe to be. Requests name this host. */
export const PUBLIC_HOST = 'mcp.example.com'
/** The project's domain as the servers know it, and so the issuer of the tokens. */
const DOMAIN = 'https://bench.customers.stytch.dev'
/** Seconds; longer than any run, and within what our server takes for a token's life. */
const LIFETIME = 12 * 60 * 60
/** Signatures under way at once: every core makes some. */
const ABREAST = 8
/** Every token is about the same person. */
export const SUBJECT = SEED_USERS.ada.userId

/** A running Local Stytch and what servers need to know. */
export interface Stage {
  /** Environment of every server: ours reads the names of its own configuration, the others `BENCH_*`. */
  readonly env: Readonly<Record<string, string>>
  /** So many different tokens, all good. The same ones whenever it is asked for as many or fewer. */
  tokens(count: number): Promise<readonly string[]>
  /** A token that looks like the others, signed with another key. */
  forged(): Promise<string>
  stop(): Promise<void>
}

/** Starts Local Stytch in this process, which has nothing else to do while servers are under load. */
export async function startStage(): Promise<Stage> {
  const { projectId, publicToken } = LOCAL_PROJECT
  const [port = 0] = await freePorts(1)
  const stytch = `http://127.0.0.1:${port}`
  const local = createLocalStytch({ url: stytch, projectId, publicToken })
  const server = Bun.serve({ hostname: '127.0.0.1', port, fetch: local.fetch })
  const minted: string[] = []

  async function mint(key: 'current' | 'foreign'): Promise<string> {
    const response = await local.fetch(
      new Request(`${stytch}/local/tokens`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          kind: 'access',
          key,
          expires_in: LIFETIME,
          claims: { iss: DOMAIN },
          registered: false,
        }),
      }),
    )
    return ((await response.json()) as { token: string }).token
  }

  return {
    env: {
      NODE_ENV: 'production',
      PUBLIC_URL: `https://${PUBLIC_HOST}`,
      STYTCH_PROJECT_ID: projectId,
      STYTCH_DOMAIN: DOMAIN,
      STYTCH_PUBLIC_TOKEN: publicToken,
      MCP_STATE_KEY: 'sealed-for-the-length-of-one-bench',
      BENCH_STYTCH: stytch,
      BENCH_JWKS: `${stytch}/.well-known/jwks.json`,
      BENCH_ISSUER: DOMAIN,
      BENCH_AUDIENCE: projectId,
    },
    async tokens(count) {
      while (minted.length < count) {
        const more = Math.min(ABREAST, count - minted.length)
        minted.push(...(await Promise.all(Array.from({ length: more }, () => mint('current')))))
      }
      return minted.slice(0, count)
    },
    forged: () => mint('foreign'),
    async stop() {
      await server.stop(true)
    },
  }
}
