/** One read of a resource: its contents, or the protocol's error in words of our own. */
import type { ReadResourceResult, Variables } from '@modelcontextprotocol/server'
import { orFault } from './answered-fault.ts'
import type { CallContext } from './call-context.ts'
import type { Exchange } from './exchange.ts'
import { NO_RESOURCE } from './fault.ts'
import { answered, type Running } from './permitted.ts'
import type { Contents, DeclaredTemplate, Resource } from './resource.ts'
import { resourceAt } from './resource-at.ts'
import { ToolError } from './tool.ts'

/** Reads a resource; one the caller does not see is not there. */
export async function readResource(
  resource: Resource,
  exchange: Exchange,
  running: Running,
): Promise<ReadResourceResult> {
  const { uri, scopes, read } = resource
  await mustBeSeen(resource, uri, exchange)
  return contentsOf(uri, await answered({ name: uri, scopes, run: read }, exchange, running, uri))
}

/**
 * Reads one resource of many; one the caller does not see is not there.
 *
 * @param href its address
 * @param variables what the template finds in it
 */
export async function readTemplate(
  template: DeclaredTemplate,
  href: string,
  variables: Variables,
  exchange: Exchange,
  running: Running,
): Promise<ReadResourceResult> {
  const { scopes, read } = template
  await mustBeSeen(template, href, exchange)
  const run = (call: CallContext) => read(variables, call)
  return contentsOf(href, await answered({ name: href, scopes, run }, exchange, running, href))
}

/**
 * Makes sure that what is about to be read is what the caller was judged for. The SDK looks among
 * everything, and may find at an address what the caller does not see.
 */
function mustBeSeen(
  declared: Resource | DeclaredTemplate,
  uri: string,
  { viewer, modern }: Exchange,
): Promise<void> {
  const { requestId, visible } = viewer
  return orFault({ requestId, modern, uri }, async () => {
    if (resourceAt(uri, visible.catalogue) === declared) return
    throw new ToolError('not_found', NO_RESOURCE)
  })
}

function contentsOf(uri: string, contents: Contents): ReadResourceResult {
  return { contents: [{ uri, ...contents }] }
}
