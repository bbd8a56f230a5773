/**
 * The direct path: requests that take no more than an answer, answered by functions from a message and its
 * caller to a result. No protocol server, no transport, no stream. It knows what it takes and leaves the
 * rest to the SDK, whose answers it must not be told from.
 */
import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { Exchange } from '../exchange.ts'
import { faultOf, serves } from '../fault.ts'
import { isList } from '../listing.ts'
import type { RpcRequest } from '../message.ts'
import type { Running } from '../permitted.ts'
import { FOR_A_MINUTE, type ServerIdentity, type Servers } from '../server.ts'
import type { Viewer } from '../visible.ts'
import { attempt, type GoOver, type ServeBySdk } from './attempt.ts'
import { faultAnswer, resultAnswer } from './json-answer.ts'
import { type Recognised, recognise } from './recognise.ts'
import { createStaticAnswers } from './static-answers.ts'
import { createToolTraits } from './tool-traits.ts'
import { createWork } from './work.ts'

/** What the direct path is made with. */
export interface DirectPathOptions extends Running {
  readonly identity: ServerIdentity
  /** The SDK's, of the same offer. */
  readonly servers: Servers
}

/** The direct path. */
export interface DirectPath {
  /** Looks whether it takes a message; `undefined` when it is the SDK's. Nobody has been asked anything yet. */
  take(headers: Headers, message: RpcRequest): Recognised | undefined
  /**
   * Answers what it took, once it is known that the caller may ask it.
   *
   * @param request whose body was read
   * @param sdk serves the same request; asked where something more than an answer is needed after all
   */
  answer(taken: Recognised, request: Request, viewer: Viewer, sdk: ServeBySdk): Promise<Response>
}

/** Prepares the direct path. */
export function createDirectPath(options: DirectPathOptions): DirectPath {
  const { servers, catalogue } = options
  const { instructions: _, ...implementation } = options.identity
  const capabilities = servers.create(false).server.getCapabilities()
  const statics = createStaticAnswers()
  const traitsOf = createToolTraits()
  const workOf = createWork(options, traitsOf)

  /** What every result has since 2026-07-28, besides how long it may be kept. */
  const stamp = `,"resultType":"complete","_meta":${JSON.stringify({ [SERVER_INFO_META_KEY]: implementation })}`
  const endOf = ({ modern }: Recognised, ttlMs?: number) => {
    if (!modern) return ''
    return ttlMs === undefined ? stamp : `,"ttlMs":${ttlMs},"cacheScope":"private"${stamp}`
  }

  /** Headers that repeat arguments are the SDK's to compare, and come before anything else. */
  function mirrors({ modern, message: { method, params } }: Recognised): boolean {
    if (!modern || method !== 'tools/call' || typeof params?.name !== 'string') return false
    const tool = catalogue.tools.get(params.name)
    return tool !== undefined && traitsOf(tool).mirrored
  }

  async function introduce(taken: Recognised, sdk: ServeBySdk): Promise<Response> {
    const { message } = taken
    const text = await statics.introduction(message, async () => sdk())
    return typeof text === 'string' ? resultAnswer(message.id, text) : text
  }

  async function list(taken: Recognised, viewer: Viewer, sdk: ServeBySdk): Promise<Response> {
    const { id, method, params } = taken.message
    const asking = { viewer, method }
    const page = await servers.lists
      .find(asking, params?.cursor as string | undefined)
      .catch(() => undefined)
    const text = page && (await statics.page(page, asking))
    if (page === undefined || text === undefined) return sdk()
    const nextCursor = await page.nextCursor()
    const next = nextCursor === undefined ? '' : `,"nextCursor":${JSON.stringify(nextCursor)}`
    return resultAnswer(id, text, next + endOf(taken, FOR_A_MINUTE.ttlMs))
  }

  async function run(
    taken: Recognised,
    request: Request,
    viewer: Viewer,
    sdk: ServeBySdk,
  ): Promise<Response> {
    const work = await workOf(taken, viewer)
    if (work === undefined) return sdk()
    return attempt(
      (goOver) => work.run(exchange(taken, request, viewer, goOver)),
      async (result) =>
        (await work.isPlain(result)) && !(taken.modern && request.signal.aborted)
          ? resultAnswer(taken.message.id, JSON.stringify(result), endOf(taken, work.ttlMs))
          : undefined,
      sdk,
    )
  }

  return {
    take(headers, message) {
      const taken = recognise(headers, message)
      return taken !== undefined && serves(message.method, capabilities) && !mirrors(taken)
        ? taken
        : undefined
    },
    async answer(taken, request, viewer, sdk) {
      const { message, modern } = taken
      // Nobody waits for it any more, and the SDK says so in a way of its own.
      if (modern && request.signal.aborted) return sdk()
      const fault = faultOf(message, capabilities, viewer.visible.catalogue)
      if (fault !== undefined) return faultAnswer(message.id, fault)
      switch (message.method) {
        case 'ping':
          return resultAnswer(message.id, '{}')
        case 'initialize':
        case 'server/discover':
          return introduce(taken, sdk)
        default:
          return isList(message.method)
            ? list(taken, viewer, sdk)
            : run(taken, request, viewer, sdk)
      }
    },
  }
}

async function nothing(): Promise<void> {}

/** A request that has no stream and no rounds; what it logs in the 2025 era needs one, and goes over. */
function exchange(
  { message, modern, capabilities, client }: Recognised,
  request: Request,
  viewer: Viewer,
  goOver: GoOver,
): Exchange {
  let uncancelled: AbortSignal | undefined
  return {
    viewer,
    method: message.method,
    modern,
    capabilities,
    client,
    get signal() {
      if (modern) return request.signal
      // In the 2025 era a client that hangs up cancels nothing.
      uncancelled ??= new AbortController().signal
      return uncancelled
    },
    requestState: undefined,
    inputResponses: undefined,
    progress: nothing,
    // Since 2026-07-28 a request says whether it wants to hear any, and this one did not.
    log: modern ? nothing : async (level, data) => (await goOver())?.log(level, data),
    disconnect: () => {},
  }
}
