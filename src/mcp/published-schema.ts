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

/**
 * The same schema, which describes itself more briefly. Only schemas that zod makes: one that was written
 * as JSON Schema says what its author wants said.
 *
 * @param closed whether the description says that there is nothing else: for arguments it must, of answers
 *   it would only promise that nothing is ever added
 */
export function published<Declared extends Schema>(
  schema: Declared,
  { closed }: { readonly closed: boolean },
): Declared {
  const standard = schema['~standard']
  if (standard.vendor !== 'zod') return schema
  const { jsonSchema } = standard
  const brief = (described: JsonSchema): JsonSchema => {
    const { $schema: _, ...rest } = described
    return without(rest, closed) as JsonSchema
  }
  return {
    '~standard': {
      ...standard,
      jsonSchema: {
        input: (options: never) => brief(jsonSchema.input(options)),
        output: (options: never) => brief(jsonSchema.output(options)),
      },
    },
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
