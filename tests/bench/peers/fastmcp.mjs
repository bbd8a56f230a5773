/** punkpeye's FastMCP, stateless. */
import { FastMCP } from 'fastmcp'
import { CHALLENGE, callerInfo, callerOf } from '../servers/caller.ts'
import { benchTools } from '../servers/tools.ts'

const server = new FastMCP({
  name: 'bench',
  version: '1.0.0',
  async authenticate(request) {
    const info = await callerInfo(request.headers.authorization)
    if (info === undefined) {
      throw new Response(null, { status: 401, headers: { 'WWW-Authenticate': CHALLENGE } })
    }
    return info
  },
})
for (const { name, title, description, input, output, answer } of benchTools(
  Number(process.env.BENCH_TOOLS),
)) {
  server.addTool({
    name,
    description,
    annotations: { title },
    parameters: input,
    outputSchema: output,
    execute: async (_, { session }) => {
      const { text, data } = answer(callerOf(session))
      return { content: [{ type: 'text', text }], structuredContent: data }
    },
  })
}
await server.start({
  transportType: 'httpStream',
  httpStream: { host: '127.0.0.1', port: Number(process.env.PORT), stateless: true },
})
