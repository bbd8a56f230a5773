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
  /** Whether its `_meta` is known to fit, so that no schema need be asked about it. */
  readonly usual: boolean
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
  const { _meta: meta = {} } = params ?? {}
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
    !reserves(meta)
    ? { message, modern: false, capabilities: {}, client: undefined, usual: true }
    : undefined
}

function recogniseModern(
  headers: Headers,
  message: Recognised['message'],
  meta: Readonly<Record<string, unknown>>,
): Recognised | undefined {
  const { [CLIENT_CAPABILITIES_META_KEY]: capabilities, [CLIENT_INFO_META_KEY]: client } = meta
  const usual = areUsual(capabilities) && isUsual(client)
  return holdsOnly(message, MODERN) &&
    headers.get('mcp-protocol-version') === REVISION &&
    headers.get('mcp-method') === message.method &&
    nameRepeats(headers, message) &&
    meta[PROTOCOL_VERSION_META_KEY] === REVISION &&
    !reserves(meta, ENVELOPE) &&
    (usual || isEnvelope(message))
    ? {
        message,
        modern: true,
        capabilities: capabilities as ClientCapabilities,
        client: client as Implementation | undefined,
        usual,
      }
    : undefined
}

/** Whether `_meta` says something of the protocol's own, besides these. */
function reserves(meta: object, besides: readonly string[] = []): boolean {
  for (const key in meta) if (key.startsWith(RESERVED) && !besides.includes(key)) return true
  return false
}

function holdsOnly(
  { method, params = {} }: RpcRequest,
  known: ReadonlyMap<string, readonly string[]>,
): boolean {
  const names = known.get(method)
  if (names === undefined) return false
  for (const name in params) if (name !== '_meta' && !names.includes(name)) return false
  return true
}

/** Members that are objects without a member, as nearly every client has them. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  elicitation: ['form', 'url'],
  sampling: ['context', 'tools'],
}

/** Whether capabilities are such that no schema need be asked. */
function areUsual(capabilities: unknown): boolean {
  if (!isObject(capabilities)) return false
  for (const name in capabilities) {
    const said = capabilities[name]
    if (!isObject(said) || !(name === 'roots' ? sayRoots(said) : sayUsual(name, said))) return false
  }
  return true
}

function sayRoots(said: Readonly<Record<string, unknown>>): boolean {
  for (const key in said) {
    if (key !== 'listChanged' || typeof said[key] !== 'boolean') return false
  }
  return true
}

function sayUsual(name: string, said: Readonly<Record<string, unknown>>): boolean {
  const members = Object.hasOwn(USUAL, name) ? USUAL[name] : undefined
  if (members === undefined) return false
  for (const key in said) {
    const value = said[key]
    if (!members.includes(key) || !isObject(value) || Object.keys(value).length > 0) return false
  }
  return true
}

const TOLD = ['name', 'version', 'title', 'description', 'websiteUrl']

/** Whether a client tells of itself what no schema need be asked about. */
function isUsual(client: unknown): boolean {
  if (client === undefined) return true
  if (!isObject(client) || client.name === undefined || client.version === undefined) return false
  for (const key in client) {
    if (typeof client[key] !== 'string' || !TOLD.includes(key)) return false
  }
  return true
}

/** Asks the SDK. */
function isEnvelope(message: RpcRequest): boolean {
  return classifyInboundRequest({ httpMethod: 'POST', body: message }).kind === 'modern'
}
