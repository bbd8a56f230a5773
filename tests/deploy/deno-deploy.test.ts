/** The `deploy` section of `deno.json`, and its entry as Deno Deploy starts it: all permissions, its own variables. */
import { expect, test } from 'bun:test'
import { join, resolve } from 'node:path'
import { LOCAL_PROJECT } from '../../src/config.ts'
import { freePorts } from '../support/free-ports.ts'
import { isThere, run, serve } from './process.ts'

const ROOT = resolve(import.meta.dir, '../..')
const DENO = join(ROOT, 'node_modules/.bin/deno')
const { deploy, nodeModulesDir } = await Bun.file(join(ROOT, 'deno.json')).json()

/** Deploy sets these in every deployment. */
const DEPLOYED = { DENO_DEPLOY: 'true', DENO_DEPLOYMENT_ID: 'test' }
const COMMAND = [DENO, 'run', '--allow-all', '--cached-only', deploy.runtime.entrypoint]
const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...DEPLOYED }

test('it has what a dynamic app needs, and no organization and no app of anybody’s', async () => {
  expect(Object.keys(deploy).sort()).toEqual(['build', 'install', 'runtime'])
  expect(deploy.runtime.type).toBe('dynamic')
  expect(await Bun.file(join(ROOT, deploy.runtime.entrypoint)).exists()).toBe(true)
  // What is installed is found in node_modules, where the build looks for Bun.
  expect(nodeModulesDir).toBe('manual')
  expect(deploy.install).toMatch(/^deno install /)
})

test('its build makes the pages', async () => {
  const built = await run(['sh', '-c', deploy.build], { cwd: ROOT })
  expect(built).toEqual({ code: 0, text: expect.stringContaining('pages: ') })
}, 30_000)

test('a deployment without configuration does not start, so it gets no traffic', async () => {
  const { code, text } = await run(COMMAND, { cwd: ROOT, env: environment })
  expect(code).toBe(1)
  expect(text).toContain('PUBLIC_URL')
}, 30_000)

test('the entry serves', async () => {
  const [port] = (await freePorts(1)) as [number]
  const url = `http://127.0.0.1:${port}`
  const headers = { Host: 'mcp.example.com' }
  const env = {
    ...environment,
    PORT: `${port}`,
    PUBLIC_URL: 'https://mcp.example.com',
    STYTCH_PROJECT_ID: LOCAL_PROJECT.projectId,
    STYTCH_PUBLIC_TOKEN: LOCAL_PROJECT.publicToken,
    STYTCH_DOMAIN: 'https://localhost:9',
  }
  const server = await serve(COMMAND, { cwd: ROOT, env }, () =>
    isThere(`${url}/healthz`, { headers }),
  )
  try {
    const refused = await fetch(`${url}/mcp`, { method: 'POST', headers })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain(
      'https://mcp.example.com/.well-known/',
    )
  } finally {
    await server.stop()
  }
}, 30_000)
