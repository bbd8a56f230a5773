/** Run by Bun: a server with shared sessions, and tools that say what they do while they do it. */
import { z } from 'zod'
import { createApp, createLog, defineTool, inputRequired, loadConfig } from '../../src/index.ts'
import { sharedStore } from '../../src/runtime/shared-store.ts'
import { described } from '../support/described.ts'

const { NAME = '' } = process.env
const print = (line: string) => process.stdout.write(`${line}\n`)

const tools = [
  defineTool({
    ...described,
    name: 'where',
    input: z.strictObject({}),
    run: async (_, { capabilities }) => ({ summary: `${NAME} ${JSON.stringify(capabilities)}` }),
  }),
  defineTool({
    ...described,
    name: 'stepping',
    input: z.strictObject({ key: z.string(), events: z.number(), holds: z.boolean() }),
    async run({ key, events, holds }, { progress, disconnect, signal }) {
      await progress(1, events)
      disconnect()
      for (let each = 2; each <= events; each++) await progress(each, events)
      if (holds) {
        print(`holding ${key}`)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { summary: 'Aborted.' }
      }
      return { summary: `Done by ${NAME}.` }
    },
  }),
  defineTool({
    ...described,
    name: 'announce',
    input: z.strictObject({}),
    async run(_, { changes }) {
      changes.tools()
      return { summary: NAME }
    },
  }),
  defineTool({
    ...described,
    name: 'careful',
    input: z.strictObject({}),
    async run(_, { answers, ask }) {
      if (answers.sure !== undefined) return { summary: `${NAME} ${JSON.stringify(answers.sure)}` }
      const requestedSchema = { type: 'object' as const, properties: {} }
      return ask({ sure: inputRequired.elicit({ message: NAME, requestedSchema }) })
    },
  }),
]

const config = loadConfig(process.env)
const log = createLog({ write: print })
const { store } = await sharedStore(config.redisUrl as string, { log })
const app = createApp(config, { store, log, tools })
Bun.serve({ hostname: '127.0.0.1', port: config.listen.port, idleTimeout: 0, fetch: app.fetch })
