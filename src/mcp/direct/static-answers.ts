/**
 * Answers that are the same for everyone who sees the same: written once, as text. What the server says of
 * itself is learned from the SDK's own first answer.
 */
import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server'
import { isObject } from '../canonical-json.ts'
import type { Asking } from '../exchange.ts'
import type { Entry, Page } from '../listing.ts'
import type { RpcRequest } from '../message.ts'
import type { Visible } from '../visible.ts'

/** Texts of results: JSON objects. */
export interface StaticAnswers {
  /**
   * What the server says of itself.
   *
   * @param ask the SDK, when nobody did before
   * @returns the text; or what the SDK answered instead
   */
  introduction(request: RpcRequest, ask: () => Promise<Response>): Promise<string | Response>
  /**
   * The entries of a page, without its cursor.
   *
   * @returns `undefined` when an era would have one of them rewritten
   */
  page(page: Page, asking: Asking): Promise<string | undefined>
}

/** Prepares to remember. What is kept is bounded by what is declared, and by the views that are kept. */
export function createStaticAnswers(): StaticAnswers {
  const introductions = new Map<string, string>()
  const pages = new WeakMap<Visible, Map<string, Promise<string | undefined>>>()

  return {
    async introduction(request, ask) {
      const key = introductionKey(request)
      const known = introductions.get(key)
      if (known !== undefined) return known
      const response = await ask()
      const body = await response.text()
      const text = resultIn(body)
      if (text === undefined) return new Response(body, response)
      introductions.set(key, text)
      return text
    },
    page(page, { method, viewer: { visible } }) {
      const view = pages.get(visible) ?? new Map<string, Promise<string | undefined>>()
      pages.set(visible, view)
      const key = `${method} ${page.from}`
      const known = view.get(key)
      if (known !== undefined) return known
      const written = page
        .entries()
        .then((entries) =>
          Object.values(entries).flat().every(fitsEveryEra) ? JSON.stringify(entries) : undefined,
        )
      view.set(key, written)
      written.catch(() => view.delete(key))
      return written
    },
  }
}

/** All that `initialize` depends on is the revision it asks for, and all unknown ones are alike. */
function introductionKey({ method, params }: RpcRequest): string {
  const asked = params?.protocolVersion
  const known = typeof asked === 'string' && SUPPORTED_PROTOCOL_VERSIONS.includes(asked)
  return known ? `${method} ${asked}` : method
}

/** In the 2025 era every tool answers an object, and schemas of other answers are wrapped. */
function fitsEveryEra({ outputSchema }: Entry): boolean {
  return outputSchema === undefined || (isObject(outputSchema) && outputSchema.type === 'object')
}

/** The result in an answer that is JSON, or a stream with one event. */
function resultIn(body: string): string | undefined {
  const text = body.startsWith('{')
    ? body
    : body
        .split('\n')
        .find((line) => line.startsWith('data: {'))
        ?.slice('data: '.length)
  if (text === undefined) return undefined
  const { result } = JSON.parse(text) as { result?: unknown }
  return isObject(result) ? JSON.stringify(result) : undefined
}
