/** What load balancers ask. Neither answer says anything about the configuration. */
import { Hono } from 'hono'

/**
 * `/healthz`: the process answers. `/readyz`: it could verify a token now; 503 while it could not.
 *
 * @param ready whether a token could be verified
 */
export function health(ready: () => Promise<boolean>): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const isReady = await ready()
    return c.json({ status: isReady ? 'ready' : 'not ready' }, isReady ? 200 : 503, {
      'Cache-Control': 'no-store',
    })
  })
  return app
}
