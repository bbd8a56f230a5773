/** The v1 SDK's stdio transport over a {@link Cli}, so that the process stays ours to watch and to end. */
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { Cli } from './cli-process.ts'

/** @param cli a stdio MCP server */
export function stdioTransport(cli: Cli): Transport {
  const buffer = new ReadBuffer()
  const transport: Transport = {
    async start() {
      cli.onStdout((piece) => {
        buffer.append(Buffer.from(piece))
        for (let message = buffer.readMessage(); message; message = buffer.readMessage()) {
          transport.onmessage?.(message)
        }
      })
      cli.exited.then(() => transport.onclose?.())
    },
    async send(message) {
      cli.write(serializeMessage(message))
    },
    async close() {
      await cli.stop()
    },
  }
  return transport
}
