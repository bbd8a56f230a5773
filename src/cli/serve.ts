/** Starts the server the way of the runtime that runs the command. An entry starts when it is loaded. */
import process from 'node:process'

/** Resolves once it listens, or has said why it does not. */
export async function serve(): Promise<void> {
  const { bun, deno } = process.versions as NodeJS.Dict<string>
  if (bun !== undefined) await import('../runtime/bun.ts')
  else if (deno !== undefined) await import('../runtime/deno.ts')
  else await import('../runtime/node.ts')
}
