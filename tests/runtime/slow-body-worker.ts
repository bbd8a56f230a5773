/** Run by workerd: reads bodies as the endpoint does, with less patience, for the test that started it. */
import { createReadJson } from '../../src/mcp/body.ts'

const readJson = createReadJson(300)

export default {
  async fetch(request: Request): Promise<Response> {
    const body = await readJson(request)
    return new Response(null, { status: body.ok ? 200 : body.status })
  },
}
