/** `resources/subscribe` of the 2025 era: which resources the client of a session wants to hear about. */
import { type McpServer, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { normalForm } from './resource-at.ts'

const MAX_WATCHED = 1_000

/**
 * Lets clients subscribe to resources. Whether a caller may is decided before, as for reading, and by what
 * the request sees that asks; a later one that sees less takes nothing back.
 *
 * @param server of one session, not connected yet
 * @returns the addresses its client watches, in their normal form, kept up to date
 */
export function watchedResources(server: McpServer): Set<string> {
  const watched = new Set<string>()
  if (server.server.getCapabilities().resources === undefined) return watched

  server.server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
    if (watched.size >= MAX_WATCHED) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Too many resources are watched')
    }
    watched.add(normalForm(uri) ?? uri)
    return {}
  })
  server.server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    watched.delete(normalForm(uri) ?? uri)
    return {}
  })
  return watched
}
