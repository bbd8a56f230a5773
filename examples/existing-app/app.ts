import { Hono } from 'hono'
import { defineTool, stytchMcp } from 'stytch-mcp'
import { z } from 'zod'

const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets the person who is signed in.',
  toolset: 'greetings',
  risk: 'read',
  scopes: ['openid'],
  input: z.object({}),
  run: async (_, { principal }) => ({ summary: `Hello, ${principal.subject}.` }),
})

const app = new Hono()
app.get('/', (c) => c.text('Your app, as it was.'))
app.route('/', stytchMcp({ env: process.env, tools: [greet] }))
export default app
