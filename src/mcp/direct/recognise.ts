/**
 * Which messages the direct path takes: those it knows to be well-formed, complete and answerable by one
 * JSON object, and no other. What is broken, unusual or in need of a stream is the SDK's, which knows what
 * to say of it.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  classifyInboundRequest,
  type Implementation,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server'
import { isObject } from '../canonical-json.ts'
import { knownRevision } from '../legacy.ts'
import { nameRepeats } from '../mcp-name.ts'
import type { RpcRequest } from '../message.ts'
import { acceptsJson } from '../preconditions.ts'

/** A message the direct path takes. */
export interface Recognised {
  readonly message: RpcRequest & { readonly id: string | number }
  /** Whether it is of 2026-07-28. */
  readonly modern: boolean
  readonly capabilities: ClientCapabilities
  readonly client: Implementation | undefined
}

const PAGED = ['cursor']
const NAMED = ['name', 'arguments']

/** Parameters besides `_meta`, by method. Any other, such as `requestState`, asks for more than an answer. */
const EVERY_ERA: readonly [string, readonly string[]][] = [
  ['completion/complete', ['ref', 'argument', 'context']],
  ['prompts/get', NAMED],
  ['prompts/list', PAGED],
  ['resources/list', PAGED],
  ['resources/read', ['uri']],
  ['resources/templates/list', PAGED],
  ['tools/call', NAMED],
  ['tools/list', PAGED],
]
const LEGACY: ReadonlyMap<string, readonly string[]> = new Map([
  ...EVERY_ERA,
  ['initialize', ['protocolVersion', 'capabilities', 'clientInfo']],
  ['ping', []],
])
const MODERN: ReadonlyMap<string, readonly string[]> = new Map([
  ...EVERY_ERA,
  ['server/discover', []],
])

const REVISION = '2026-07-28'
const RESERVED = 'io.modelcontextprotocol/'
const ENVELOPE = [PROTOCOL_VERSION_META_KEY, CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY]

/**
 * Looks whether the direct path takes a message.
 *
 * @param message whose envelope was read
 * @returns `undefined` when it is the SDK's
 */
export function recognise(headers: Headers, message: RpcRequest): Recognised | undefined {
  const { id, params } = message
  if (id === undefined || Object.keys(message).length !== (params === undefined ? 3 : 4)) {
    return undefined
  }
  const meta = params?._meta ?? {}
  if (!isObject(meta) || 'progressToken' in meta) return undefined
  return PROTOCOL_VERSION_META_KEY in meta
    ? recogniseModern(headers, message as Recognised['message'], meta)
    : recogniseLegacy(headers, message as Recognised['message'], meta)
}

function recogniseLegacy(
  headers: Headers,
  message: Recognised['message'],
  meta: Readonly<Record<string, unknown>>,
): Recognised | undefined {
  return holdsOnly(message, LEGACY) &&
    knownRevision(headers) &&
    acceptsJson(headers) &&
    !Object.keys(meta).some((key) => key.startsWith(RESERVED))
    ? { message, modern: false, capabilities: {}, client: undefined }
    : undefined
}

function recogniseModern(
  headers: Headers,
  message: Recognised['message'],
  meta: Readonly<Record<string, unknown>>,
): Recognised | undefined {
  const { [CLIENT_CAPABILITIES_META_KEY]: capabilities, [CLIENT_INFO_META_KEY]: client } = meta
  return holdsOnly(message, MODERN) &&
    headers.get('mcp-protocol-version') === REVISION &&
    headers.get('mcp-method') === message.method &&
    nameRepeats(headers, message) &&
    meta[PROTOCOL_VERSION_META_KEY] === REVISION &&
    !Object.keys(meta).some((key) => key.startsWith(RESERVED) && !ENVELOPE.includes(key)) &&
    ((areUsual(capabilities) && isUsual(client)) || isEnvelope(message))
    ? {
        message,
        modern: true,
        capabilities: capabilities as ClientCapabilities,
        client: client as Implementation | undefined,
      }
    : undefined
}

function holdsOnly(
  { method, params = {} }: RpcRequest,
  known: ReadonlyMap<string, readonly string[]>,
): boolean {
  const names = known.get(method)
  return (
    names !== undefined &&
    Object.keys(params).every((name) => name === '_meta' || names.includes(name))
  )
}

/** Members that are objects without a member, as nearly every client has them. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  elicitation: ['form', 'url'],
  sampling: ['context', 'tools'],
}

/** Whether capabilities are such that no schema need be asked. */
function areUsual(capabilities: unknown): boolean {
  if (!isObject(capabilities)) return false
  return Object.entries(capabilities).every(([name, said]) => {
    if (!isObject(said)) return false
    if (name === 'roots') {
      return Object.entries(said).every(
        ([key, value]) => key === 'listChanged' && typeof value === 'boolean',
      )
    }
    const members = Object.hasOwn(USUAL, name) ? USUAL[name] : undefined
    return (
      Object.entries(said).every(
        ([key, value]) =>
          members?.includes(key) === true && isObject(value) && Object.keys(value).length === 0,
      ) && members !== undefined
    )
  })
}

const TOLD = ['name', 'version', 'title', 'description', 'websiteUrl']

/** Whether a client tells of itself what no schema need be asked about. */
function isUsual(client: unknown): boolean {
  if (client === undefined) return true
  return (
    isObject(client) &&
    typeof client.name === 'string' &&
    typeof client.version === 'string' &&
    Object.entries(client).every(([key, value]) => TOLD.includes(key) && typeof value === 'string')
  )
}

/** Asks the SDK. */
function isEnvelope(message: RpcRequest): boolean {
  return classifyInboundRequest({ httpMethod: 'POST', body: message }).kind === 'modern'
}
