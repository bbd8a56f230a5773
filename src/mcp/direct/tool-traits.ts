/** What of a tool's schemas decides whether the direct path can serve it. Read once, when it is first called. */
import { isObject } from '../canonical-json.ts'
import type { Schema, Tool } from '../tool.ts'

/** Of one tool. */
export interface ToolTraits {
  /** Whether headers repeat some of its arguments (2026-07-28 `x-mcp-header`). */
  readonly mirrored: boolean
  /** Whether its answer is an object, as the 2025 era needs it. */
  readonly answersObject: boolean
}

/** Prepares the reader. */
export function createToolTraits(): (tool: Tool) => ToolTraits {
  const known = new WeakMap<Tool, ToolTraits>()
  return (tool) => {
    const traits = known.get(tool) ?? traitsOf(tool)
    known.set(tool, traits)
    return traits
  }
}

function traitsOf({ input, output }: Tool): ToolTraits {
  try {
    return {
      mirrored: holdsKey(described(input, 'input'), 'x-mcp-header'),
      answersObject: output === undefined || described(output, 'output').type === 'object',
    }
  } catch {
    // What cannot be described is the SDK's to deal with.
    return { mirrored: true, answersObject: false }
  }
}

function described(schema: Schema, side: 'input' | 'output'): Record<string, unknown> {
  return schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' })
}

function holdsKey(value: unknown, key: string): boolean {
  if (Array.isArray(value)) return value.some((one) => holdsKey(one, key))
  return isObject(value) && (key in value || Object.values(value).some((one) => holdsKey(one, key)))
}
