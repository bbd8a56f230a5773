/** Express with the SDK's first generation, the shape of Stytch's guide: verify, server, transport. */
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
import { CHALLENGE, callerInfo } from '../servers/caller.ts'
import { v1Server } from '../servers/v1-server.ts'

const app = express()
app.use(express.json())
app.use('/mcp', async (request, response, next) => {
  const info = await callerInfo(request.headers.authorization)
  if (info === undefined) {
    response.status(401).set('WWW-Authenticate', CHALLENGE).json({ error: 'Unauthorized' })
    return
  }
  request.auth = info
  next()
})
app.post('/mcp', async (request, response) => {
  const server = v1Server()
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  response.on('close', () => {
    void transport.close()
    void server.close()
  })
  await server.connect(transport)
  await transport.handleRequest(request, response, request.body)
})
app.listen(Number(process.env.PORT), '127.0.0.1')
