/** Vercel's mcp-handler, behind its own `withMcpAuth`. */
import { createMcpHandler, withMcpAuth } from 'mcp-handler'
import { callerInfo, callerOf } from '../servers/caller.ts'
import { listen } from '../servers/listen.ts'
import { benchTools } from '../servers/tools.ts'

const tools = benchTools(Number(process.env.BENCH_TOOLS))
const handler = createMcpHandler(
  (server) => {
    for (const { name, title, description, input, output, answer } of tools) {
      server.registerTool(
        name,
        { title, description, inputSchema: input, outputSchema: output },
        async (_, { http }) => {
          const { text, data } = answer(callerOf(http.authInfo))
          return { content: [{ type: 'text', text }], structuredContent: data }
        },
      )
    }
  },
  { serverInfo: { name: 'bench', version: '1.0.0' } },
)
const verify = (_, token) => callerInfo(token === undefined ? undefined : `Bearer ${token}`)
const guarded = withMcpAuth(handler, verify, {
  required: true,
  requiredScopes: ['openid'],
  resourceUrl: process.env.PUBLIC_URL,
})
await listen(async (request) =>
  new URL(request.url).pathname === '/mcp' ? guarded(request) : new Response(null, { status: 404 }),
)
