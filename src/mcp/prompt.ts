/** `definePrompt`: messages a person can start from, declared once for every era. */
import type { Icon, InputRequiredResult, PromptMessage } from '@modelcontextprotocol/server'
import type { z } from 'zod'
import type { CallContext } from './call-context.ts'
import { published } from './published-schema.ts'
import { declaredScopes } from './tool.ts'

/** What a prompt answers. */
export interface PromptAnswer {
  readonly messages: PromptMessage[]
}

/** A prompt's manifest. */
export interface PromptManifest<Args extends z.ZodObject> {
  /** Unique. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** All scopes it needs. */
  readonly scopes: readonly string[]
  /** Tools it cannot do without: who may not see all of them does not see this either. */
  readonly tools?: readonly string[]
  /** Strings by name; wrap one in `completable` to suggest values. */
  readonly args?: Args
  readonly icons?: readonly Icon[]
  /** @throws {ToolError} when the model should be told what to do next */
  get(args: z.output<Args>, context: CallContext): Promise<PromptAnswer | InputRequiredResult>
}

/** A declared prompt, its types folded away. */
export interface Prompt {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly scopes: readonly string[]
  readonly tools?: readonly string[]
  readonly args?: z.ZodObject
  readonly icons?: readonly Icon[]
  readonly get: (args: unknown, context: CallContext) => Promise<PromptAnswer | InputRequiredResult>
}

/**
 * Declares a prompt.
 *
 * @throws {TypeError} when no scope is declared, or its arguments have no JSON Schema
 */
export function definePrompt<Args extends z.ZodObject>(manifest: PromptManifest<Args>): Prompt {
  if (manifest.args !== undefined) {
    published(`Prompt ${manifest.name}: its arguments`, manifest.args, 'input')
  }
  return Object.freeze({
    ...manifest,
    scopes: declaredScopes(`Prompt ${manifest.name}`, manifest.scopes),
    get: manifest.get as Prompt['get'],
  })
}
