/** On Cloudflare Workers. Isolates come and go, so what may be used once is kept in a Durable Object. */
import { createApp, defineTool } from 'stytch-mcp'
import { durableObjectStore, type ObjectNamespace } from 'stytch-mcp/store/cloudflare'
import { z } from 'zod'

export { StoreObject } from 'stytch-mcp/store/cloudflare'

/** Variables and secrets of docs/configuration.md, and a binding of `StoreObject`. */
interface Env {
  readonly STORE: ObjectNamespace
  readonly [variable: string]: unknown
}

const whereAmI = defineTool({
  name: 'whereAmI',
  title: 'Where am I',
  description: 'Tells which client is calling, and for whom.',
  toolset: 'here',
  risk: 'read',
  scopes: ['openid'],
  input: z.strictObject({}),
  output: z.object({ client: z.string(), subject: z.string() }),
  async run(_, { principal }) {
    return { data: { client: principal.clientId, subject: principal.subject } }
  },
})

/** Made with the first request of an isolate: before it there is no `env`. */
let app: ReturnType<typeof createApp> | undefined

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    app ??= createApp({ env, store: durableObjectStore(env.STORE), tools: [whereAmI] })
    return app.fetch(request)
  },
}
