/**
 * Whether the parameters of a request are those of its method: asked of the SDK's own schemas before the
 * SDK asks them, because it would answer −32603 with the text of its schema library.
 */
import { isSpecType, LOG_LEVEL_META_KEY } from '@modelcontextprotocol/server'
import { isObject } from './canonical-json.ts'
import { isModern, type RpcRequest } from './message.ts'

type Fits = (request: unknown) => boolean

const {
  CallToolRequest,
  CompleteRequest,
  GetPromptRequest,
  InitializeRequest,
  ListPromptsRequest,
  ListResourcesRequest,
  ListResourceTemplatesRequest,
  ListToolsRequest,
  ReadResourceRequest,
  SetLevelRequest,
  SubscribeRequest,
  UnsubscribeRequest,
} = isSpecType

/** Methods of every era. A map, not an object: `constructor` is no method. */
const EVERY_ERA: ReadonlyMap<string, Fits> = new Map<string, Fits>([
  ['completion/complete', CompleteRequest],
  ['prompts/get', GetPromptRequest],
  ['prompts/list', ListPromptsRequest],
  ['resources/list', ListResourcesRequest],
  ['resources/read', ReadResourceRequest],
  ['resources/templates/list', ListResourceTemplatesRequest],
  ['tools/call', CallToolRequest],
  ['tools/list', ListToolsRequest],
])

/** Methods that 2026-07-28 has no more. */
const LEGACY: ReadonlyMap<string, Fits> = new Map<string, Fits>([
  ['initialize', InitializeRequest],
  ['logging/setLevel', SetLevelRequest],
  ['resources/subscribe', SubscribeRequest],
  ['resources/unsubscribe', UnsubscribeRequest],
])

/** Characters. What is longer was not written by a person, nor by this server. */
const MAX = { cursor: 1_024, uri: 8_192, value: 4_096, progressToken: 256 } as const

/**
 * Whether the parameters fit.
 *
 * @returns also `true` for a method without parameters, or without a server: the protocol answers those
 */
export function paramsFit(request: RpcRequest): boolean {
  const fits =
    EVERY_ERA.get(request.method) ?? (isModern(request) ? undefined : LEGACY.get(request.method))
  return fits === undefined || (fits(request) && !oversized(request.params ?? {}))
}

/** Whether a request is a tool call whose parameters, `_meta` aside, plainly fit. */
export function callFits({ method, params = {} }: RpcRequest): boolean {
  const { name, arguments: args = {} } = params
  return method === 'tools/call' && typeof name === 'string' && isObject(args)
}

/**
 * Whether `_meta` can be read at all. Asked first: what it holds decides the era.
 *
 * @returns also `true` when there is none
 */
export function metaFits({ params }: RpcRequest): boolean {
  const meta = params?._meta
  if (meta === undefined) return true
  if (Array.isArray(meta) || !isSpecType.RequestMeta(meta)) return false
  const { progressToken, [LOG_LEVEL_META_KEY]: level } = meta
  return (
    !longer(progressToken, MAX.progressToken) &&
    (level === undefined || isSpecType.LoggingLevel(level))
  )
}

function oversized(params: NonNullable<RpcRequest['params']>): boolean {
  const { cursor, uri, argument, context } = params as {
    cursor?: unknown
    uri?: unknown
    argument?: { value?: unknown }
    context?: { arguments?: object }
  }
  return (
    longer(cursor, MAX.cursor) ||
    longer(uri, MAX.uri) ||
    [argument?.value, ...Object.values(context?.arguments ?? {})].some((value) =>
      longer(value, MAX.value),
    )
  )
}

function longer(value: unknown, limit: number): boolean {
  return typeof value === 'string' && value.length > limit
}
