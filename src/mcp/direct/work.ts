/** What a request on the direct path has done, and how what comes of it is told from what the SDK must say. */
import type { CompleteRequestParams } from '@modelcontextprotocol/server'
import { getPrompt } from '../call-prompt.ts'
import { readResource, readTemplate } from '../call-resource.ts'
import { callTool } from '../call-tool.ts'
import { suggested } from '../completion.ts'
import type { Exchange } from '../exchange.ts'
import type { Running } from '../permitted.ts'
import { resourceAt } from '../resource-at.ts'
import type { Tool } from '../tool.ts'
import type { Viewer } from '../visible.ts'
import { isPlainCall, isPlainPrompt } from './plain-results.ts'
import type { Recognised } from './recognise.ts'
import type { ToolTraits } from './tool-traits.ts'

/** Something to be done. */
export interface Work {
  run(exchange: Exchange): Promise<unknown>
  /** Whether the result can be sent as it is. */
  isPlain(result: unknown): boolean | Promise<boolean>
  /** Milliseconds the result may be kept, where results say so. */
  readonly ttlMs?: number
}

/**
 * Finds what a request without a fault wants done.
 *
 * @returns `undefined` for what is better left to the SDK
 */
export type FindWork = (
  taken: Recognised,
  viewer: Viewer,
) => Work | undefined | Promise<Work | undefined>

const always = () => true

class ToolCall implements Work {
  constructor(
    private readonly tool: Tool,
    private readonly args: unknown,
    private readonly modern: boolean,
    private readonly running: Running,
  ) {}

  run(exchange: Exchange): Promise<unknown> {
    return callTool(this.tool, this.args, exchange, this.running)
  }

  isPlain(result: unknown): boolean | Promise<boolean> {
    return isPlainCall(this.tool, result, !this.modern)
  }
}

/** Prepares to find it. */
export function createWork(running: Running, traitsOf: (tool: Tool) => ToolTraits): FindWork {
  function call({ message, modern }: Recognised, { visible }: Viewer): Work | undefined {
    const { name, arguments: args = {} } = message.params as { name: string; arguments?: unknown }
    const tool = visible.catalogue.tools.get(name)
    if (tool === undefined || (!modern && !traitsOf(tool).answersObject)) return undefined
    return new ToolCall(tool, args, modern, running)
  }

  async function prompt({ message }: Recognised, { visible }: Viewer): Promise<Work | undefined> {
    const { name, arguments: args = {} } = message.params as { name: string; arguments?: unknown }
    const found = visible.catalogue.prompts.get(name)
    if (found === undefined) return undefined
    const checked =
      found.args === undefined ? { value: {} } : await found.args['~standard'].validate(args)
    if (checked.issues !== undefined) return undefined
    return {
      run: (exchange) => getPrompt(found, checked.value, exchange, running),
      isPlain: isPlainPrompt,
    }
  }

  /** What the caller does not see the SDK says that it is not there. */
  function read({ message }: Recognised, { visible }: Viewer): Work | undefined {
    const { href } = new URL((message.params as { uri: string }).uri)
    const declared = resourceAt(href, visible.catalogue)
    if (declared === undefined) return undefined
    const { ttlMs = 0 } = declared
    if ('uri' in declared) {
      return {
        run: (exchange) => readResource(declared, exchange, running),
        isPlain: always,
        ttlMs,
      }
    }
    const variables = declared.match(href)
    if (variables === null) return undefined
    return {
      run: (exchange) => readTemplate(declared, href, variables, exchange, running),
      isPlain: always,
      ttlMs,
    }
  }

  return (taken, viewer) => {
    switch (taken.message.method) {
      case 'tools/call':
        return call(taken, viewer)
      case 'prompts/get':
        return prompt(taken, viewer)
      case 'resources/read':
        return read(taken, viewer)
      case 'completion/complete': {
        const params = taken.message.params as unknown as CompleteRequestParams
        return { run: (exchange) => suggested(params, exchange, running), isPlain: always }
      }
      default:
        return undefined
    }
  }
}
