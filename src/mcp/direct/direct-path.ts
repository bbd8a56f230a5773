/**
 * The direct path: requests that take no more than an answer, answered by functions from a message and its
 * caller to a result. No protocol server, no transport, no stream. It knows what it takes and leaves the
 * rest to the SDK, whose answers it must not be told from.
 */
import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server'
import type { Answer } from '../answer.ts'
import { faultOf, serves } from '../fault.ts'
import { type HandedOver, handOver } from '../handed-over.ts'
import { isList } from '../listing.ts'
import type { RpcRequest } from '../message.ts'
import type { Running } from '../permitted.ts'
import { FOR_A_MINUTE, type ServerIdentity, type Servers } from '../server.ts'
import type { Viewer } from '../visible.ts'
import { attempt } from './attempt.ts'
import { DirectExchange } from './direct-exchange.ts'
import { faultAnswer, resultAnswer } from './json-answer.ts'
import { type Recognised, recognise } from './recognise.ts'
import { createStaticAnswers } from './static-answers.ts'
import { createToolTraits } from './tool-traits.ts'
import { createWork, type Work } from './work.ts'

/** What the direct path is made with. */
export interface DirectPathOptions extends Running {
  readonly identity: ServerIdentity
  /** The SDK's, of the same offer. */
  readonly servers: Servers
  /** Serves a request that was taken, where something more than an answer is needed after all. */
  readonly sdk: ServeBySdk
}

/** Serves a request by the SDK; with what is under way, or from the beginning. */
export type ServeBySdk = (
  taken: Recognised,
  request: Request,
  viewer: Viewer,
  handedOver?: HandedOver,
) => Response | Promise<Response>

/** The direct path. */
export interface DirectPath {
  /** Looks whether it takes a message; `undefined` when it is the SDK's. Nobody has been asked anything yet. */
  take(headers: Headers, message: RpcRequest): Recognised | undefined
  /**
   * Answers what it took, once it is known that the caller may ask it.
   *
   * @param request whose body was read
   */
  answer(taken: Recognised, request: Request, viewer: Viewer): Answer | Promise<Answer>
}

/** Prepares the direct path. */
export function createDirectPath(options: DirectPathOptions): DirectPath {
  const { servers, catalogue, sdk } = options
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

  async function introduce(taken: Recognised, request: Request, viewer: Viewer): Promise<Answer> {
    const { message } = taken
    const text = await statics.introduction(message, async () => sdk(taken, request, viewer))
    return typeof text === 'string' ? resultAnswer(message.id, text) : text
  }

  async function list(taken: Recognised, request: Request, viewer: Viewer): Promise<Answer> {
    const { id, method, params } = taken.message
    const asking = { viewer, method }
    const found = servers.lists.find(asking, params?.cursor as string | undefined)
    const page = await found.catch(() => undefined)
    const text = page && (await statics.page(page, asking).catch(() => undefined))
    if (page === undefined || text === undefined) return sdk(taken, request, viewer)
    const nextCursor = await page.nextCursor()
    const next = nextCursor === undefined ? '' : `,"nextCursor":${JSON.stringify(nextCursor)}`
    return resultAnswer(id, text, next + endOf(taken, FOR_A_MINUTE.ttlMs))
  }

  function run(taken: Recognised, request: Request, viewer: Viewer): Answer | Promise<Answer> {
    const work = workOf(taken, viewer)
    return work instanceof Promise
      ? runLater(work, taken, request, viewer)
      : runNow(work, taken, request, viewer)
  }

  async function runLater(
    work: Promise<Work | undefined>,
    taken: Recognised,
    request: Request,
    viewer: Viewer,
  ): Promise<Answer> {
    return runNow(await work, taken, request, viewer)
  }

  function runNow(
    work: Work | undefined,
    taken: Recognised,
    request: Request,
    viewer: Viewer,
  ): Answer | Promise<Answer> {
    if (work === undefined) return sdk(taken, request, viewer)
    return taken.modern
      ? runModern(work, taken, request, viewer)
      : runLegacy(work, taken, request, viewer)
  }

  async function runModern(
    work: Work,
    taken: Recognised,
    request: Request,
    viewer: Viewer,
  ): Promise<Answer> {
    const running = work.run(new DirectExchange(taken, request, viewer))
    try {
      const result = await running
      const plain = work.isPlain(result)
      if (plain === true || (await plain)) return said(taken, work, result)
    } catch {
      // What failed fails once more in the SDK's handler, and the SDK says so.
    }
    return sdk(taken, request, viewer, handOver(running))
  }

  function runLegacy(
    work: Work,
    taken: Recognised,
    request: Request,
    viewer: Viewer,
  ): Promise<Answer> {
    return attempt(
      (goOver) => work.run(new DirectExchange(taken, request, viewer, goOver)),
      async (result) => ((await work.isPlain(result)) ? said(taken, work, result) : undefined),
      (handedOver) => sdk(taken, request, viewer, handedOver),
    )
  }

  function said(taken: Recognised, { ttlMs }: Work, result: unknown): string {
    return resultAnswer(taken.message.id, JSON.stringify(result), endOf(taken, ttlMs))
  }

  return {
    take(headers, message) {
      const taken = recognise(headers, message)
      return taken !== undefined && serves(message.method, capabilities) && !mirrors(taken)
        ? taken
        : undefined
    },
    answer(taken, request, viewer) {
      const { message, usual } = taken
      const fault = faultOf(message, capabilities, viewer.visible.catalogue, usual)
      if (fault !== undefined) return faultAnswer(message.id, fault)
      switch (message.method) {
        case 'ping':
          return resultAnswer(message.id, '{}')
        case 'initialize':
        case 'server/discover':
          return introduce(taken, request, viewer)
        default:
          return isList(message.method) ? list(taken, request, viewer) : run(taken, request, viewer)
      }
    },
  }
}
