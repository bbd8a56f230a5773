/** Routes that are not MCP, behind the same Stytch. */
import { Hono } from 'hono'
import { authorize, protectedResource, stytchAuth } from 'stytch-mcp'

const settings = { env: process.env, path: '/api' }

/** By Stytch id of the person. Your database goes here. */
const colours = new Map<string, string>()

const api = new Hono()
  .use(stytchAuth({ ...settings, scopes: ['openid'] }))
  .get('/colour', (c) => c.json({ colour: colours.get(c.var.principal.subject) ?? null }))
  .put('/colour', authorize({ scopes: ['openid', 'write:colour'] }), async (c) => {
    colours.set(c.var.principal.subject, (await c.req.text()).slice(0, 100))
    return c.body(null, 204)
  })

const app = new Hono()
app.get('/', (c) => c.text('Anyone may read this.'))
app.route(
  '/',
  protectedResource({ ...settings, name: 'Colours', scopes: ['openid', 'write:colour'] }),
)
app.route('/api', api)
export default app
