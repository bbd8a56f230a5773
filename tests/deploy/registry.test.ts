/**
 * `server.json`, the file the MCP registry takes. The rules are those of its schema of 2025-12-11, as far
 * as the file uses them, and of the official registry.
 */
import { expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { loadConfig } from '../../src/config.ts'
import { variables } from '../../src/config-variables.ts'
import { run } from './process.ts'

const ROOT = resolve(import.meta.dir, '../..')
const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'
const NPM = 'https://registry.npmjs.org'
/** A range, a wildcard and a tag are no version. */
const version = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/)

const input = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
})

const entry = z.strictObject({
  $schema: z.literal(SCHEMA),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version,
  packages: z
    .array(
      z.strictObject({
        registryType: z.literal('npm'),
        registryBaseUrl: z.literal(NPM),
        identifier: z.string(),
        version,
        runtimeHint: z.enum(['npx', 'uvx', 'docker', 'dnx']),
        transport: z.strictObject({ type: z.literal('streamable-http'), url: z.string() }),
        environmentVariables: z.array(input),
      }),
    )
    .length(1),
})

const file = await Bun.file(join(ROOT, 'server.json')).json()
const manifest = await Bun.file(join(ROOT, 'package.json')).json()
const make = (...args: string[]) =>
  run([process.execPath, 'deploy/registry-entry.ts', ...args], { cwd: ROOT })

test('with a name in a namespace of whoever publishes it, it is what the registry takes', async () => {
  const { code, text } = await make(manifest.mcpName?.split('/')[0] ?? 'com.example')
  expect(code).toBe(0)
  const made = entry.parse(JSON.parse(text))
  expect(made.name).toEndWith(`/${manifest.name}`)
  expect({ ...made, name: undefined }).toEqual({ ...file, name: undefined })
})

test('it claims no namespace itself, and takes none that is no namespace', async () => {
  expect(file.name).toBeUndefined()
  for (const args of [[], ['example'], ['com.example/x'], ['io.github.']]) {
    expect([args, (await make(...args)).code]).toEqual([args, 1])
  }
})

test('it names the package there is, at its version', () => {
  const [{ identifier, version }] = file.packages
  expect([identifier, version, file.version]).toEqual([
    manifest.name,
    manifest.version,
    manifest.version,
  ])
})

test('its variables exist, are secret where they are, and its address is where the server listens', () => {
  const [{ environmentVariables, transport }] = file.packages
  for (const { name, isSecret = false } of environmentVariables as z.infer<typeof input>[]) {
    expect([name, Object.hasOwn(variables.shape, name)]).toEqual([name, true])
    expect([name, isSecret]).toEqual([name, /SECRET|KEY/.test(name)])
  }
  const port = environmentVariables.find(({ name }: { name: string }) => name === 'PORT').default
  expect(transport.url.replace('{PORT}', port)).toBe(loadConfig({}).resource)
})
