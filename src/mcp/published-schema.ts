/**
 * What clients are shown of a schema. They pass it on to a model in every conversation, so it leaves out
 * what goes without saying: the dialect MCP assumes (JSON Schema 2020-12), and members that say that
 * anything may follow. What validates stays as it was declared.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic (JSON Schema usage)
 */
import { isObject } from './canonical-json.ts'
import type { Schema } from './tool.ts'

type JsonSchema = Record<string, unknown>
type Describe = Schema['~standard']['jsonSchema']['input']

/** Arguments, or an answer. */
type Side = 'input' | 'output'

/**
 * The same schema, which describes itself more briefly. Only schemas that zod makes: one that was written
 * as JSON Schema says what its author wants said.
 *
 * @param what it is the schema of, for whoever declared it
 * @param side of arguments the description says that there is nothing else; of answers it would only
 *   promise that nothing is ever added
 * @throws {TypeError} for a schema that has no JSON Schema, such as one of dates, and for arguments that
 *   are no object: a list that holds one of them could not be told at all
 */
export function published<Declared extends Schema>(
  what: string,
  schema: Declared,
  side: Side,
): Declared {
  const shown = schema['~standard'].vendor === 'zod' ? inBrief(schema, side === 'input') : schema
  const { type } = described(what, shown, side)
  if (side === 'input' && type !== undefined && type !== 'object') {
    throw new TypeError(`${what} must describe an object.`)
  }
  return shown
}

function described(what: string, schema: Schema, side: Side): JsonSchema {
  try {
    return schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' })
  } catch (cause) {
    throw new TypeError(`${what} cannot be described as JSON Schema.`, { cause })
  }
}

function inBrief<Declared extends Schema>(schema: Declared, closed: boolean): Declared {
  const standard = schema['~standard']
  /** Described once for each dialect: every list, and every call of some servers, asks again. */
  const brief = (describe: Describe): Describe => {
    const known = new Map<string, JsonSchema>()
    return (options) => {
      const told = known.get(options.target)
      if (told !== undefined) return told
      const { $schema: _, ...rest } = describe(options)
      const shown = without(rest, closed) as JsonSchema
      known.set(options.target, shown)
      return shown
    }
  }
  const { input, output } = standard.jsonSchema
  return {
    '~standard': { ...standard, jsonSchema: { input: brief(input), output: brief(output) } },
  } as unknown as Declared
}

function without(value: unknown, closed: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, closed))
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(
    ([keyword, said]) => !goesWithoutSaying(keyword, said, closed),
  )
  return Object.fromEntries(
    members.map(([keyword, said]) => [
      keyword,
      // What stands here are names of properties, whatever keyword they look like.
      keyword === 'properties' && isObject(said)
        ? Object.fromEntries(
            Object.entries(said).map(([name, one]) => [name, without(one, closed)]),
          )
        : without(said, closed),
    ]),
  )
}

function goesWithoutSaying(keyword: string, said: unknown, closed: boolean): boolean {
  const nothing = isObject(said) && Object.keys(said).length === 0
  if (keyword === 'properties') return nothing
  return keyword === 'additionalProperties' && (nothing || (said === false && !closed))
}
