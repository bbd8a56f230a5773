/** The official SDK, second generation: `createMcpHandler`, and an `McpServer` for each request. */
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { callerInfo, callerOf, unauthorized } from './caller.ts'
import { listen } from './listen.ts'
import { benchTools } from './tools.ts'

const tools = benchTools(Number(process.env.BENCH_TOOLS))
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  for (const { name, title, description, input, output, answer } of tools) {
    server.registerTool(
      name,
      { title, description, inputSchema: input, outputSchema: output },
      async (_, { http }) => {
        if (http?.authInfo === undefined) throw new Error('Nobody calls.')
        const { text, data } = answer(callerOf(http.authInfo))
        return { content: [{ type: 'text', text }], structuredContent: data }
      },
    )
  }
  return server
})

const app = new Hono()
app.post('/mcp', async (c) => {
  const authInfo = await callerInfo(c.req.header('authorization'))
  return authInfo === undefined ? unauthorized() : handler.fetch(c.req.raw, { authInfo })
})
await listen(app.fetch)
