/**
 * A protocol server with a guard between it and its transport. On the way in, a request with a fault is
 * answered before the SDK sees it, in every era, batch and session alike. On the way out, a failure loses
 * its text: the SDK would send what was thrown, and nobody knows what that says.
 */
import {
  type Implementation,
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  McpServer,
  type MessageExtraInfo,
  type ServerOptions,
  type Transport,
} from '@modelcontextprotocol/server'
import { errorKind } from '../errors.ts'
import type { Log } from '../observe/log.ts'
import { meantFault } from './answered-fault.ts'
import { faultOf } from './fault.ts'
import type { RpcRequest } from './message.ts'
import { INTERNAL_ERROR } from './rpc-error.ts'
import { NOTHING, type Viewer } from './visible.ts'

/** An `McpServer` that answers what has a fault, and keeps failures to itself. */
export class GuardedServer extends McpServer {
  readonly #log: Log

  constructor(implementation: Implementation, options: ServerOptions, log: Log) {
    super(implementation, options)
    this.#log = log
  }

  override async connect(transport: Transport): Promise<void> {
    await super.connect(transport)
    const { onmessage: receive } = transport
    const send = transport.send.bind(transport)

    transport.onmessage = (message: JSONRPCMessage, extra?: MessageExtraInfo) => {
      const fault = this.#faultOf(message, extra)
      if (fault === undefined) return receive?.(message, extra)
      const { id } = message as { id: string | number }
      send({ jsonrpc: '2.0', id, error: fault }).catch((error) => transport.onerror?.(error))
    }
    transport.send = (message, options) => send(this.#withoutText(message), options)
  }

  #faultOf(message: JSONRPCMessage, extra: MessageExtraInfo | undefined) {
    if (!('method' in message && 'id' in message)) return undefined
    const viewer = extra?.authInfo?.extra?.caller as Viewer | undefined
    const { catalogue } = viewer?.visible ?? NOTHING
    return faultOf(message as RpcRequest, this.server.getCapabilities(), catalogue)
  }

  /** What was thrown can have any number for a code: only those of JSON-RPC were meant as an answer. */
  #withoutText(message: JSONRPCMessage): JSONRPCMessage {
    if (!('error' in message)) return message
    const meant = meantFault(message.error)
    if (meant !== undefined) return { ...message, error: { ...meant } }
    if (isMeant(message.error.code)) return message
    const { level, sentence } = errorKind('internal_error')
    this.#log(level, 'mcp request failed', { code: message.error.code })
    const error: JSONRPCErrorResponse['error'] = { code: INTERNAL_ERROR, message: sentence }
    return { ...message, error }
  }
}

/** JSON-RPC 2.0 §5.1: the reserved range. */
function isMeant(code: number): boolean {
  return code !== INTERNAL_ERROR && code >= -32_768 && code <= -32_000
}
