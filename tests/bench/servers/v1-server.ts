/** A server of the SDK's first generation, as the samples make one for each request. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { callerOf } from './caller.ts'
import { benchTools } from './tools.ts'

const tools = benchTools(Number(process.env.BENCH_TOOLS))

export function v1Server(): McpServer {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  for (const { name, title, description, input, output, answer } of tools) {
    server.registerTool(
      name,
      { title, description, inputSchema: input, outputSchema: output },
      async (_: unknown, { authInfo }) => {
        if (authInfo === undefined) throw new Error('Nobody calls.')
        const { text, data } = answer(callerOf(authInfo))
        return { content: [{ type: 'text', text }], structuredContent: data }
      },
    )
  }
  return server
}
