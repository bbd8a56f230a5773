/** One read of a resource: its contents, or the protocol's error in words of our own. */
import type { ReadResourceResult, Variables } from '@modelcontextprotocol/server'
import type { Exchange } from './exchange.ts'
import { answered, type Running } from './permitted.ts'
import type { Contents, DeclaredTemplate, Resource } from './resource.ts'

/** Reads a resource. */
export async function readResource(
  { uri, scopes, read }: Resource,
  exchange: Exchange,
  running: Running,
): Promise<ReadResourceResult> {
  return contentsOf(uri, await answered({ name: uri, scopes }, exchange, running, read, uri))
}

/**
 * Reads one resource of many.
 *
 * @param href its address
 * @param variables what the template finds in it
 */
export async function readTemplate(
  { scopes, read }: DeclaredTemplate,
  href: string,
  variables: Variables,
  exchange: Exchange,
  running: Running,
): Promise<ReadResourceResult> {
  const contents = await answered(
    { name: href, scopes },
    exchange,
    running,
    (call) => read(variables, call),
    href,
  )
  return contentsOf(href, contents)
}

function contentsOf(uri: string, contents: Contents): ReadResourceResult {
  return { contents: [{ uri, ...contents }] }
}
