/**
 * Lists, in pages. What a declaration looks like in a list is what the SDK makes of it, asked once; what
 * is on a page is decided here, for each request, from what its caller may see. Lists keep the order of
 * declaration.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/pagination
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type McpServer,
  PerRequestHTTPServerTransport,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  type ServerOptions,
} from '@modelcontextprotocol/server'
import type { Catalogue } from './catalogue.ts'
import type { Cursors } from './cursor.ts'
import { type Asking, askingOf } from './exchange.ts'

/** One kind of list. */
interface Kind {
  readonly method: 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list'
  /** Of the result. */
  readonly member: string
  /** What its entries are told apart by. */
  readonly key: 'name' | 'uri'
  /** The keys of what a catalogue holds. */
  readonly keys: (catalogue: Catalogue) => readonly string[]
}

const KINDS: readonly Kind[] = [
  { method: 'tools/list', member: 'tools', key: 'name', keys: ({ tools }) => [...tools.keys()] },
  {
    method: 'prompts/list',
    member: 'prompts',
    key: 'name',
    keys: ({ prompts }) => [...prompts.keys()],
  },
  {
    method: 'resources/list',
    member: 'resources',
    key: 'uri',
    keys: ({ resources }) => [...resources.keys()],
  },
  {
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    key: 'name',
    keys: ({ templates }) => templates.map(({ name }) => name),
  },
]

/** What a list says of one declaration. */
export type Entry = Readonly<Record<string, unknown>>

/** One page of a list, found and not yet read. */
export interface Page {
  /** Index of its first entry; with what the caller may see, it says which page this is. */
  readonly from: number
  /** Its entries, under the name they have in the result. */
  entries(): Promise<Readonly<Record<string, readonly Entry[]>>>
  /** A cursor for the caller to the next page; `undefined` when this is the last one. */
  nextCursor(): Promise<string | undefined>
}

/** Lists of everything. */
export interface Lists {
  /** Puts them on a server that has its tools, resources and prompts, and is not connected yet. */
  serve(server: McpServer): void
  /**
   * Finds the page a request asks for.
   *
   * @param asking whose method is that of a list
   * @throws {ProtocolError} for a cursor that leads nowhere
   */
  find(asking: Asking, cursor: string | undefined): Promise<Page>
}

/** What lists are made with. */
export interface ListsOptions {
  readonly cursors: Cursors
  /** Entries on a page. */
  readonly pageSize: number
}

/** Whether a method is that of a list. */
export function isList(method: string): boolean {
  return KINDS.some((kind) => kind.method === method)
}

/**
 * Prepares lists.
 *
 * @param createServer makes a server with everything declared on it, which serves nobody
 * @throws {TypeError} for a page that holds nothing
 */
export function createLists(
  createServer: (options: ServerOptions) => McpServer,
  { cursors, pageSize }: ListsOptions,
): Lists {
  if (!Number.isSafeInteger(pageSize) || pageSize < 1) {
    throw new TypeError('A page holds at least one entry.')
  }
  const known = new Map<Kind, Promise<ReadonlyMap<string, Entry>>>()
  const entriesOf = (kind: Kind) => {
    const entries =
      known.get(kind) ?? listed(createServer({ supportedProtocolVersions: [REVISION] }), kind)
    known.set(kind, entries)
    entries.catch(() => known.delete(kind))
    return entries
  }

  async function find(asking: Asking, cursor: string | undefined): Promise<Page> {
    const kind = KINDS.find(({ method }) => method === asking.method)
    if (kind === undefined) throw new TypeError(`${asking.method} is no list.`)
    const keys = kind.keys(asking.viewer.visible.catalogue)
    const place = { from: 0, of: keys.length }
    const { from, of } = cursor === undefined ? place : ((await cursors.read(cursor, asking)) ?? {})
    if (from === undefined || of !== keys.length) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        'The cursor is not of this list, or has expired. List again without it.',
      )
    }
    const next = from + pageSize
    return {
      from,
      async entries() {
        const entries = await entriesOf(kind)
        return { [kind.member]: keys.slice(from, next).map((key) => entries.get(key) as Entry) }
      },
      nextCursor: async () =>
        next < keys.length ? cursors.write({ from: next, of: keys.length }, asking) : undefined,
    }
  }

  async function answer(asking: Asking, cursor: string | undefined) {
    const page = await find(asking, cursor)
    const nextCursor = await page.nextCursor()
    return { ...(await page.entries()), ...(nextCursor === undefined ? {} : { nextCursor }) }
  }

  return {
    find,
    serve({ server }) {
      const { tools, prompts, resources } = server.getCapabilities()
      const offered = { tools, prompts, resources }
      for (const kind of KINDS) {
        if (offered[kind.method.split('/', 1)[0] as keyof typeof offered] === undefined) continue
        server.setRequestHandler(
          kind.method,
          ({ params }, context) => answer(askingOf(context), params?.cursor) as never,
        )
      }
    },
  }
}

/** The revision the SDK is asked in; it adapts what it answered to others. */
const REVISION = '2026-07-28'

/** Every entry of a list, by key. */
async function listed(server: McpServer, { method, member, key }: Kind) {
  const transport = new PerRequestHTTPServerTransport({
    classification: { era: 'modern', revision: REVISION },
  })
  await server.connect(transport)
  const _meta = { [PROTOCOL_VERSION_META_KEY]: REVISION, [CLIENT_CAPABILITIES_META_KEY]: {} }
  const response = await transport.handleMessage({
    jsonrpc: '2.0',
    id: 0,
    method,
    params: { _meta },
  })
  const { result } = (await response.json()) as { result: Record<string, Entry[]> }
  return new Map((result[member] ?? []).map((entry) => [String(entry[key]), entry]))
}
