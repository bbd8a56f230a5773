/** No framework: a function from request to response, as Bun, Deno and Workers serve it. */
import { createVerifier, protectedResource } from 'stytch-mcp'

const settings = { env: process.env, path: '/api' }
const verify = createVerifier(settings)
const metadata = protectedResource(settings)

async function fetch(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname !== '/api') return metadata.fetch(request)
  const caller = await verify(request)
  if (caller instanceof Response) return caller
  return Response.json({ subject: caller.subject, scopes: caller.scopes })
}

export default { fetch }
