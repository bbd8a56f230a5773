/**
 * Preloaded into every test and server process: whatever tries to leave this machine fails on the spot.
 * With `EGRESS_LOG` set, each destination is also written to that file, one host a line.
 */
import dns from 'node:dns'
import { appendFileSync } from 'node:fs'
import net from 'node:net'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/

function pass(host) {
  if (process.env.EGRESS_LOG) appendFileSync(process.env.EGRESS_LOG, `${host}\n`)
  if (!LOOPBACK.test(host)) throw new Error(`egress guard: ${host} is not this machine`)
}

const { fetch } = globalThis
globalThis.fetch = Object.assign(async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  if (url.protocol !== 'data:') pass(url.hostname)
  return fetch(input, init)
}, fetch)

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const options = typeof first === 'object' ? first : { port: first, host: args[1] }
  if (!options.path) pass(typeof options.host === 'string' ? options.host : 'localhost')
  return connect.apply(this, args)
}

const { lookup } = dns
dns.lookup = (host, ...rest) => {
  pass(host)
  return lookup(host, ...rest)
}
