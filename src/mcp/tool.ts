/**
 * `defineTool`: one declaration per tool. What a client lists, what scopes a call needs, how risky it is
 * and what comes back are all read from it, so that no two surfaces can disagree.
 */
import type { ToolAnnotations } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { Principal } from '../oauth/principal.ts'
import type { UserinfoAnswer } from '../oauth/userinfo.ts'

/** How much a call can change: nothing, something, or something that cannot be brought back. */
export type Risk = 'read' | 'write' | 'destructive'

/** What a running tool knows about its call. */
export interface ToolContext {
  readonly principal: Principal
  /** Asks Stytch about the caller. */
  readonly userinfo: () => Promise<UserinfoAnswer>
  readonly requestId: string
}

/** What a tool answers. */
export interface ToolAnswer<Data> {
  /** One or two sentences written by the server. Never quotes data others can write. */
  readonly summary: string
  /** Validated against the tool's `output` and sent as structured content. */
  readonly data: Data
}

/** A tool's manifest. */
export interface ToolManifest<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** Unique; 1–64 characters of `A-Za-z0-9_-`. */
  readonly name: string
  readonly title: string
  /** For a model that must choose: what it does, when to use it, what changes. */
  readonly description: string
  readonly toolset: string
  readonly risk: Risk
  /** All scopes a call needs. */
  readonly scopes: readonly string[]
  readonly input: Input
  readonly output: Output
  /** @throws {ToolError} when the model should be told what to do next */
  run(input: z.output<Input>, context: ToolContext): Promise<ToolAnswer<z.input<Output>>>
}

/** A declared tool, its types folded away. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly toolset: string
  readonly risk: Risk
  readonly scopes: readonly string[]
  readonly input: z.ZodObject
  readonly output: z.ZodObject
  readonly annotations: ToolAnnotations
  readonly run: (input: unknown, context: ToolContext) => Promise<ToolAnswer<unknown>>
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
 * @throws {TypeError} for a name clients would refuse, or when no scope is declared
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  manifest: ToolManifest<Input, Output>,
): Tool {
  if (!NAME.test(manifest.name)) throw new TypeError(`Tool name ${manifest.name} is not usable.`)
  if (manifest.scopes.length === 0) {
    throw new TypeError(`Tool ${manifest.name} declares no scope: undeclared means denied.`)
  }
  return Object.freeze({
    ...manifest,
    scopes: Object.freeze([...manifest.scopes]),
    annotations: annotations(manifest.risk),
    run: manifest.run as Tool['run'],
  })
}

/** All four hints, explicitly: the protocol's defaults describe the most dangerous tool there is. */
function annotations(risk: Risk): ToolAnnotations {
  return Object.freeze({
    readOnlyHint: risk === 'read',
    destructiveHint: risk === 'destructive',
    idempotentHint: risk === 'read',
    openWorldHint: false,
  })
}
