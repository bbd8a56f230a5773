/**
 * A server over a shelf of things in memory, with changes of every kind declared on it: what tests of
 * confirmation arrange with. Everything that is really done is written down.
 */
import { z } from 'zod'
import {
  type Confirmation,
  defineChange,
  defineTool,
  quoted,
  type Tool,
  ToolError,
} from '../../src/index.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { createFixture, type Fixture, type FixtureOptions, type Mint } from './fixture.ts'
import { type Answer, answer, rpc } from './mcp.ts'
import { withMeta } from './session-client.ts'

/** Something on the shelf. */
export interface Thing {
  readonly id: string
  name: string
  version: number
}

export const BOX: Readonly<Thing> = { id: 't-1', name: 'Blue box', version: 1 }

/** What clients may say they can do. */
export const CAN = {
  nothing: {},
  sample: { sampling: {} },
  forms: { elicitation: { form: {} } },
  /** As clients said it before there were modes. */
  elicit: { elicitation: {} },
  both: { elicitation: { form: {}, url: {} } },
  urls: { elicitation: { url: {} } },
} as const

/** What is different about one call. */
export interface Calling {
  readonly mint?: Mint
  readonly capabilities?: Record<string, unknown>
  readonly requestState?: unknown
  readonly inputResponses?: unknown
}

/** A shelf, and what can be done with it. */
export interface Shelved {
  readonly tools: readonly Tool[]
  readonly things: Map<string, Thing>
  /** What was done, `tool id`. */
  readonly applied: string[]
}

/** A server over a shelf. */
export interface Shelf extends Shelved {
  readonly fixture: Fixture
  /** For another server that shares it. */
  readonly store: Store
  /** Calls a tool as a client of 2026-07-28 that can put forms before a person, unless told otherwise. */
  call(name: string, args: Record<string, unknown>, calling?: Calling): Promise<Answer>
  /** The state of a first round. */
  asked(name: string, args: Record<string, unknown>): Promise<string>
}

/** What a person says who agrees. */
export const typed = (phrase: unknown) => ({ confirm: { action: 'accept', content: { phrase } } })

/** A shelf with {@link BOX} on it. */
export function shelved(): Shelved {
  const things = new Map<string, Thing>([[BOX.id, { ...BOX }]])
  const applied: string[] = []

  const find = (id: string) => {
    const thing = things.get(id)
    if (thing === undefined) throw new ToolError('not_found', 'There is no such thing.')
    return thing
  }
  const done = async (what: string) => {
    applied.push(what)
    return { summary: 'Done.', data: { done: what } }
  }
  const described = (name: string) => ({
    name,
    title: name,
    description: 'For tests.',
    toolset: 'test',
    scopes: ['openid'],
    output: z.object({ done: z.string() }),
    audited: ['id'],
  })
  const id = z.string().max(64)
  const confirm = (what: string, { id, name, version }: Thing): Confirmation => ({
    question: `${what} ${quoted(name)} (${id}, version ${version})?`,
    phrase: name,
  })

  /** Destroys what it is about, and leaves the shelf as it was: only the count tells. */
  const purge = (name: string, more: object = {}) =>
    defineChange({
      ...described(name),
      ...more,
      risk: 'destructive',
      input: z.strictObject({
        id,
        note: z.string().optional(),
        how: z.strictObject({ deep: z.boolean(), wide: z.boolean() }).optional(),
      }),
      async prepare(input) {
        const thing = find(input.id)
        return {
          before: { ...thing },
          confirm: confirm('Purge', thing),
          apply: () => done(`${name} ${thing.id}`),
        }
      },
    })

  const tools = [
    purge('purge'),
    purge('purge_other'),
    purge('purge_mail', { scopes: ['email'] }),
    purge('purge_deep', {
      alsoNeeds: async (args: { how?: { deep?: unknown } } | undefined) =>
        args?.how?.deep === true ? ['profile'] : [],
    }),
    defineChange({
      ...described('remove'),
      risk: 'destructive',
      input: z.strictObject({ id }),
      async prepare(input) {
        const thing = find(input.id)
        return {
          before: { ...thing },
          confirm: confirm('Remove', thing),
          async apply() {
            things.delete(thing.id)
            return done(`remove ${thing.id}`)
          },
        }
      },
    }),
    defineChange({
      ...described('rename'),
      risk: 'write',
      input: z.strictObject({ id, name: z.string() }),
      async prepare(input) {
        const thing = find(input.id)
        return {
          before: { ...thing },
          after: { ...thing, name: input.name },
          apply() {
            thing.name = input.name
            return done(`rename ${thing.id}`)
          },
        }
      },
    }),
    defineChange({
      ...described('share'),
      risk: 'write',
      asks: true,
      input: z.strictObject({ id, everyone: z.boolean() }),
      async prepare(input) {
        const thing = find(input.id)
        return {
          before: { shared: [] },
          after: { shared: input.everyone ? ['everyone'] : ['me'] },
          ...(input.everyone && { confirm: confirm('Share', thing) }),
          apply: () => done(`share ${thing.id}`),
        }
      },
    }),
    defineChange({
      ...described('careless'),
      risk: 'destructive',
      input: z.strictObject({ id }),
      async prepare(input) {
        const thing = find(input.id)
        return { before: { ...thing }, apply: () => done(`careless ${thing.id}`) }
      },
    }),
    defineTool({
      ...described('look'),
      risk: 'read',
      input: z.strictObject({ id }),
      run: async (input) => ({ data: { done: `looked at ${find(input.id).id}` } }),
    }),
  ]
  return { tools, things, applied }
}

/** Builds a server over a shelf of its own. */
export function createShelf(options: FixtureOptions = {}): Shelf {
  const { tools, ...kept } = shelved()
  const store = options.store ?? memoryStore(options.now === undefined ? {} : { now: options.now })
  const fixture = createFixture({ tools, ...options, store })

  const shelf: Shelf = {
    ...kept,
    tools,
    fixture,
    store,
    async call(name, args, { mint = {}, capabilities = CAN.forms, ...round } = {}) {
      const token = await fixture.token(mint)
      const request = rpc('modern', 'tools/call', { name, arguments: args, ...round }, token)
      const meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities }
      return answer(await fixture.send('/mcp', withMeta(request, meta)))
    },
    async asked(name, args) {
      const { result } = await shelf.call(name, args)
      if (result?.resultType !== 'input_required') throw new Error(JSON.stringify(result))
      return result.requestState as string
    },
  }
  return shelf
}

/** The question of a round, as the person reads it. */
export function questionOf({ result }: Answer): string {
  const requests = result?.inputRequests as
    | { confirm?: { params?: { message?: string } } }
    | undefined
  return requests?.confirm?.params?.message ?? ''
}

/** The plan in an answer. */
export function planOf({ result }: Answer) {
  return (result?.structuredContent?.plan ?? {}) as {
    readonly plan_id: string
    readonly summary: string
    readonly confirm_phrase: string
    readonly expires_at: string
  }
}

/** The code of a tool error; `undefined` when it is none. */
export function errorOf({ result }: Answer): string | undefined {
  if (result?.isError !== true) return undefined
  return JSON.parse(result.content?.[0]?.text ?? '{}').error?.code
}
