/**
 * What somebody does with the package right after installing it, whatever it runs on: load all of it, and call
 * a tool in the name of a person of Local Stytch. Prints what happened as one line of JSON.
 */
import { createApp, VERSION } from 'stytch-mcp'
import { StoreObject } from 'stytch-mcp/store/cloudflare'
import * as denoKv from 'stytch-mcp/store/deno-kv'
import * as redis from 'stytch-mcp/store/redis'
import * as testing from 'stytch-mcp/testing'
import * as worker from 'stytch-mcp/worker'

const stytch = testing.localStytch()
const quiet = { log: () => {}, auditSink: { append: () => {}, flush: () => {} } }
const app = createApp({ ...stytch.settings, ...quiet })
const body =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{}}}'
const url = 'http://localhost:3000/mcp'
const headers = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
  'MCP-Protocol-Version': '2025-11-25',
}
const refused = await app.request(url, { method: 'POST', headers, body })
const Authorization = `Bearer ${await stytch.token()}`
const called = await app.request(url, {
  method: 'POST',
  headers: { ...headers, Authorization },
  body,
})

// biome-ignore lint/suspicious/noConsole: every runtime has it
console.log(
  JSON.stringify({
    version: VERSION,
    refused: refused.status,
    challenge: refused.headers.get('WWW-Authenticate'),
    called: called.status,
    answer: await called.text(),
    oneClass: worker.StoreObject === StoreObject,
    stores: [typeof redis.redisStore, typeof denoKv.denoKvStore],
  }),
)
