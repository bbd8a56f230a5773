/** Schemas that must reach the client word for word: JSON Schema 2020-12, and `x-mcp-header`. */
import { fromJsonSchema, type Tool } from '../../../src/index.ts'
import { fixtureTool, says } from './fixture-tool.ts'

type JsonSchema = Parameters<typeof fromJsonSchema>[0]

const phoneFirst: JsonSchema = {
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
}

const contact: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  ...phoneFirst,
  additionalProperties: false,
}

const place = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
}

export const schemaTools: readonly Tool[] = [
  fixtureTool(
    'json_schema_2020_12_tool',
    'Its schema uses what JSON Schema 2020-12 brought.',
    () => says('ok'),
    fromJsonSchema(contact),
  ),
  fixtureTool(
    'test_custom_header',
    'Its region is repeated in a header.',
    () => says('ok'),
    fromJsonSchema(place as JsonSchema),
  ),
]
