/**
 * Declares the tools that manage Stytch. Whoever calls one passes the same gates, whatever the tool:
 * limits, the right person, a place the operator allowed; and whatever it answers is made harmless.
 */
import { z } from 'zod'
import { type Confirmation, defineChange, type Prepared } from '../../mcp/change.ts'
import type { Json } from '../../mcp/difference.ts'
import { type AlsoNeeds, defineTool, type Tool } from '../../mcp/tool.ts'
import { type InertOptions, inert, TooLarge } from '../../mcp/untrusted.ts'
import type { OperationName } from '../../stytch/operations.ts'
import type { Toolset } from '../../toolsets.ts'
import type { Desk } from './desk.ts'
import { told } from './failure.ts'
import { gatesOf, type Hands, LOOKING } from './gates.ts'
import { type Answer, type Once, once } from './once.ts'
import { argumentsOf, type Place } from './place.ts'

export type { Hands }

/** What every management tool says about itself. */
interface Described<At extends Place, Shape extends z.ZodRawShape, Output extends z.ZodObject> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly toolset: Toolset
  readonly scopes: readonly string[]
  readonly alsoNeeds?: AlsoNeeds
  /** Every operation it stands for or makes itself; what finding its place takes is not of them. */
  readonly operations: readonly OperationName[]
  /** What it is about; the arguments that name it come with it. */
  readonly at: At
  /** Its further arguments. */
  readonly input: Shape
  readonly output: Output
  readonly audited?: readonly string[]
  /** Fields of answers that may be longer than a name, or of several lines. */
  readonly long?: InertOptions
}

/** A tool that only looks. */
export interface ReadManifest<
  At extends Place,
  Shape extends z.ZodRawShape,
  Output extends z.ZodObject,
> extends Described<At, Shape, Output> {
  run(
    input: z.output<z.ZodObject<Shape>>,
    hands: Hands<At>,
  ): Promise<{ readonly summary: string; readonly data: z.input<Output> }>
}

/** A tool that changes something. */
export interface ChangeManifest<
  At extends Place,
  Shape extends z.ZodRawShape,
  Output extends z.ZodObject,
> extends Described<At, Shape, Output> {
  readonly risk: 'write' | 'destructive'
  readonly idempotent?: boolean
  /** Whether a person must agree in some cases, though it is no destructive tool. */
  readonly asks?: boolean
  /** Whether it makes something new each time, so that a client may name its call to repeat it safely. */
  readonly makes?: boolean
  /** Of what is made, members of the answer that are not kept for a repeated call: links to a secret. */
  readonly fleeting?: readonly string[]
  /** Whether a secret is at stake, so that the person's role is read anew. */
  readonly secret?: boolean
  /** Whether it leaves live environments as they are, though its project has one. */
  readonly sparesLive?: boolean
  prepare(
    input: z.output<z.ZodObject<Shape>>,
    hands: Hands<At>,
  ): Promise<{
    /** What is there now. */
    readonly before?: unknown
    /** What would be there. */
    readonly after?: unknown
    readonly confirm?: Confirmation
    apply(): Promise<{ readonly summary: string; readonly data: z.input<Output> }>
  }>
}

/** A change that is ready, its types folded away. */
interface Ready {
  readonly before?: unknown
  readonly after?: unknown
  readonly confirm?: Confirmation
  apply(): Promise<{ readonly summary: string; readonly data: unknown }>
}

/** Declares tools for one desk. */
export interface Declare {
  read<At extends Place, Shape extends z.ZodRawShape, Output extends z.ZodObject>(
    manifest: ReadManifest<At, Shape, Output>,
  ): Tool
  change<At extends Place, Shape extends z.ZodRawShape, Output extends z.ZodObject>(
    manifest: ChangeManifest<At, Shape, Output>,
  ): Tool
}

/** Its length is checked and not published, as with identifiers. */
const idempotencyKey = z
  .string()
  .refine(({ length }) => length >= 1 && length <= 128, { error: 'Not 1 to 128 characters' })
  .optional()
  .describe('The same key twice makes one')

/** @param desk what the tools will work with */
export function declareFor(desk: Desk): Declare {
  const { enter, within, reach } = gatesOf(desk)

  return {
    read(manifest) {
      const { at, input, run, long, ...described } = manifest
      return defineTool({
        ...described,
        risk: 'read',
        input: z.strictObject(argumentsOf(at, input)),
        run: (given, context) =>
          within(context, 'read', async () => {
            const reached = await reach(at, given, context, LOOKING)
            const { summary, data } = await run(given as never, { ...reached, context })
            return { summary, data: inert(data, long) as never }
          }),
      })
    },

    change(manifest) {
      const { at, input, prepare, long, makes, fleeting, secret, sparesLive, ...described } =
        manifest
      const { name: tool, risk } = described
      const use = {
        changes: sparesLive !== true,
        live: risk === 'destructive' || secret === true,
      }

      /** The answer of what is done, harmless. It is done, so what is too much to tell is left out. */
      function answerOf({ summary, data }: Answer): Answer {
        try {
          return { summary, data: inert(data, long) }
        } catch (error) {
          if (!(error instanceof TooLarge)) throw error
          return { summary: `${summary} There is more to it than fits into one answer.`, data: {} }
        }
      }

      return defineChange({
        ...described,
        input: z.strictObject(
          argumentsOf(at, {
            ...input,
            ...(makes === true ? { idempotency_key: idempotencyKey } : {}),
          }),
        ),
        async prepare(given, context) {
          const { idempotency_key: key, ...args } = given as Record<string, unknown>
          const { principal } = context

          // Getting ready only looks; what counts against the limit of changes is making them.
          return within(context, 'read', async () => {
            const hands = { ...(await reach(at, args, context, use)), context }
            if (typeof key !== 'string') return made(await prepare(args as never, hands))

            const call = { principal, tool, key, args: args as Json, ...(fleeting && { fleeting }) }
            const { earlier, run } = await once(desk.store, call)
            if (earlier !== undefined) return repeated(earlier)
            // Whoever named the call will ask again, and should then find its answer.
            const patient = { ...hands, signal: new AbortController().signal }
            return made(await prepare(args as never, patient), run)
          })

          function made(
            { before, after, confirm, apply }: Ready,
            run: Once['run'] = (work) => work(),
          ): Prepared<never> {
            return {
              ...(before !== undefined && { before: before as Json }),
              ...(after !== undefined && { after: after as Json }),
              ...(confirm !== undefined && { confirm }),
              enter: () => enter(context, risk),
              apply: () => told(() => run(async () => answerOf((await apply()) as Answer))),
            } as Prepared<never>
          }
        },
      })
    },
  }
}

/** What was done under the same key is told again. */
function repeated({ data }: Answer): Prepared<never> {
  const summary = 'This was done by an earlier call with the same idempotency_key, and not again.'
  return { apply: async () => ({ summary, data: data as never }) }
}
