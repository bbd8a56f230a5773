/**
 * `defineTool`: one declaration per tool. What a client lists, what scopes a call needs, how risky it is
 * and what comes back are all read from it, so that no two surfaces can disagree.
 */
import type {
  ContentBlock,
  Icon,
  InputRequiredResult,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from '@modelcontextprotocol/server'
import type { Principal } from '../oauth/principal.ts'
import type { CallContext } from './call-context.ts'
import type { Plan } from './plans.ts'
import { published } from './published-schema.ts'

/** How much a call can change: nothing, something, or something that cannot be brought back. */
export type Risk = 'read' | 'write' | 'destructive'

/** A schema that validates and describes itself: zod's objects, or JSON Schema through `fromJsonSchema`. */
export type Schema = StandardSchemaWithJSON

/** What a tool answers. */
export interface ToolAnswer<Data = unknown> {
  /** One or two sentences written by the server. Never quotes data others can write. */
  readonly summary?: string
  /** Validated against the tool's `output` and sent as structured content. */
  readonly data?: Data
  /** Further content: images, audio, links, embedded resources. */
  readonly content?: readonly ContentBlock[]
}

/** Scopes that depend on the arguments. */
export type AlsoNeeds = (args: unknown, principal: Principal) => Promise<readonly string[]>

/** A tool's manifest. */
export interface ToolManifest<Input extends Schema, Output extends Schema> {
  /** Unique; 1–64 characters of `A-Za-z0-9_-`. */
  readonly name: string
  readonly title: string
  /** For a model that must choose: what it does, when to use it, what changes. */
  readonly description: string
  readonly toolset: string
  readonly risk: Risk
  /** All scopes a call needs, whatever its arguments. */
  readonly scopes: readonly string[]
  /**
   * Scopes this very call needs besides. Asked before anything is answered, and with arguments nobody has
   * validated: it must not trust them. When it throws, the call is refused as one nobody can decide on.
   */
  readonly alsoNeeds?: AlsoNeeds
  readonly input: Input
  /** Shape of the structured content; a tool without it answers with content only. */
  readonly output?: Output
  readonly icons?: readonly Icon[]
  /** Whether a second call with the same arguments changes nothing more. Reads always are. */
  readonly idempotent?: boolean
  /** Whether it deals with things outside the server's own domain, such as the web. */
  readonly openWorld?: boolean
  /** Arguments the audit trail may hold as they are; of the others it knows a digest. */
  readonly audited?: readonly string[]
  /** Operations of an upstream API it stands for, by the names that API has for them. */
  readonly operations?: readonly string[]
  /**
   * A destructive tool must ask the person itself, or be declared with `defineChange`, which does.
   *
   * @returns the answer, or what `context.ask` returned when the person must be asked first
   * @throws {ToolError} when the model should be told what to do next
   */
  run(
    input: StandardSchemaWithJSON.InferOutput<Input>,
    context: CallContext,
  ): Promise<ToolAnswer<StandardSchemaWithJSON.InferInput<Output>> | InputRequiredResult>
}

/** A declared tool, its types folded away. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly toolset: string
  readonly risk: Risk
  readonly scopes: readonly string[]
  readonly alsoNeeds?: AlsoNeeds
  readonly input: Schema
  readonly output?: Schema
  readonly icons?: readonly Icon[]
  readonly annotations: ToolAnnotations
  readonly audited?: readonly string[]
  readonly operations?: readonly string[]
  readonly run: (input: unknown, context: CallContext) => Promise<ToolAnswer | InputRequiredResult>
  /** Of a change: does what a person approved as a plan, unless its target changed since. */
  readonly applyPlanned?: (
    plan: Plan,
    context: CallContext,
    claim: () => Promise<void>,
  ) => Promise<ToolAnswer>
}

/** A failure the model can act on. Reaches the client as a tool result with `isError`. */
export class ToolError extends Error {
  override readonly name = 'ToolError'

  /**
   * @param code stable, documented, `snake_case`
   * @param message what happened and what to do next, in sentences of our own
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/

/**
 * Declares a tool.
 *
 * @param manifest everything about it
 * @returns the frozen tool, with annotations derived from its risk
 * @throws {TypeError} for a name clients would refuse, when no scope is declared, or for a schema that
 *   clients cannot be told
 */
export function defineTool<Input extends Schema, Output extends Schema>(
  manifest: ToolManifest<Input, Output>,
): Tool {
  if (!NAME.test(manifest.name)) throw new TypeError(`Tool name ${manifest.name} is not usable.`)
  const what = `Tool ${manifest.name}`
  return Object.freeze({
    ...manifest,
    input: published(`${what}: its input`, manifest.input, 'input'),
    ...(manifest.output && {
      output: published(`${what}: its output`, manifest.output, 'output'),
    }),
    scopes: declaredScopes(what, manifest.scopes),
    annotations: annotations(manifest),
    run: manifest.run as Tool['run'],
  })
}

/**
 * The scopes of a declaration, frozen.
 *
 * @throws {TypeError} when there are none: undeclared means denied
 */
export function declaredScopes(what: string, scopes: readonly string[]): readonly string[] {
  if (scopes.length === 0)
    throw new TypeError(`${what} declares no scope: undeclared means denied.`)
  return Object.freeze([...scopes])
}

/** All four hints, explicitly: the protocol's defaults describe the most dangerous tool there is. */
function annotations({
  risk,
  idempotent = risk === 'read',
  openWorld = false,
}: Pick<ToolManifest<Schema, Schema>, 'risk' | 'idempotent' | 'openWorld'>): ToolAnnotations {
  return Object.freeze({
    readOnlyHint: risk === 'read',
    destructiveHint: risk === 'destructive',
    idempotentHint: idempotent,
    openWorldHint: openWorld,
  })
}
