/**
 * What is wrong with a request before anything of it runs: parameters that are not those of its method,
 * or a name that names nothing the caller may see. Said in our own words, which repeat nothing of it.
 */
import type { ServerCapabilities } from '@modelcontextprotocol/server'
import type { Catalogue } from './catalogue.ts'
import { isModern, type RpcRequest } from './message.ts'
import type { Prompt } from './prompt.ts'
import { callFits, paramsFit } from './request-params.ts'
import { resourceAt } from './resource-at.ts'
import { INVALID_PARAMS, RESOURCE_NOT_FOUND } from './rpc-error.ts'

/** The error a request is answered with. */
export interface Fault {
  readonly code: number
  readonly message: string
  readonly data?: Readonly<Record<string, string>>
}

const invalid = (message: string): Fault => ({ code: INVALID_PARAMS, message })

/** What is said of an address where nothing is, or nothing the caller sees. */
export const NO_RESOURCE = 'Resource not found'

/** The fault of parameters that are not those of their method. */
export const UNFIT = invalid('The parameters do not fit the method')

/**
 * Looks for a fault.
 *
 * @param capabilities of the server; a method it does not serve is its own to refuse
 * @param catalogue what the caller may see
 * @param usual whether the `_meta` of the request is known to fit
 * @returns `undefined` when the server may have the request
 */
export function faultOf(
  request: RpcRequest,
  capabilities: ServerCapabilities,
  catalogue: Catalogue,
  usual = false,
): Fault | undefined {
  if (!serves(request.method, capabilities)) return undefined
  if (!((usual && callFits(request)) || paramsFit(request))) return UNFIT
  switch (request.method) {
    case 'tools/call': {
      const { name } = request.params as unknown as { name: string }
      return catalogue.tools.has(name) ? undefined : invalid('Unknown tool')
    }
    case 'prompts/get':
      return promptFault(request, catalogue)
    case 'resources/read':
      return resourceFault(request, catalogue)
    case 'resources/subscribe':
      return isModern(request) ? undefined : resourceFault(request, catalogue)
    case 'completion/complete':
      return completionFault(request, catalogue)
    default:
      return undefined
  }
}

/** Whether a server of these capabilities knows a method that is a part of one of them. */
export function serves(method: string, offered: ServerCapabilities): boolean {
  if (method.startsWith('tools/')) return offered.tools !== undefined
  if (method.startsWith('prompts/')) return offered.prompts !== undefined
  if (method.startsWith('resources/')) {
    return method.endsWith('subscribe')
      ? offered.resources?.subscribe === true
      : offered.resources !== undefined
  }
  return !method.startsWith('completion/') || offered.completions !== undefined
}

function promptFault({ params }: RpcRequest, { prompts }: Catalogue): Fault | undefined {
  const { name, arguments: args = {} } = params as unknown as { name: string; arguments?: object }
  const prompt = prompts.get(name)
  if (prompt === undefined) return invalid('Unknown prompt')
  return argsFit(prompt, args) ? undefined : invalid('The arguments do not fit the prompt')
}

function argsFit({ args: schema }: Prompt, args: object): boolean {
  try {
    return schema === undefined || schema.safeParse(args).success
  } catch {
    // A schema that must wait for something is asked by the SDK, which can.
    return true
  }
}

/**
 * A resource nobody declared. Revisions before 2026-07-28 have a code of their own for it; clients of
 * every revision recognise it by the URI in `data`.
 */
function resourceFault(request: RpcRequest, catalogue: Catalogue): Fault | undefined {
  const { uri } = request.params as unknown as { uri: string }
  if (resourceAt(uri, catalogue) !== undefined) return undefined
  const code = isModern(request) ? INVALID_PARAMS : RESOURCE_NOT_FOUND
  return { code, message: NO_RESOURCE, data: { uri } }
}

function completionFault({ params }: RpcRequest, catalogue: Catalogue): Fault | undefined {
  const { ref } = params as unknown as { ref: { type: string; name: string; uri: string } }
  if (ref.type === 'ref/prompt') {
    return catalogue.prompts.has(ref.name) ? undefined : invalid('Unknown prompt')
  }
  return catalogue.resources.has(ref.uri) ||
    catalogue.templates.some(({ uriTemplate }) => uriTemplate === ref.uri)
    ? undefined
    : invalid('Unknown resource template')
}
