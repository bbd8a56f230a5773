/**
 * Every secret the fixtures know of, and everything the app says: in answers, in the log, in the audit
 * trail. A secret that is said fails the test it was said in; `canary-guard.ts` sees to that.
 */

interface Watch {
  readonly secrets: Set<string>
  readonly leaks: string[]
}

/** Test files do not share modules, but they share this. */
const KEY = Symbol.for('stytch-mcp canaries')
const shared = globalThis as unknown as Record<symbol, Watch | undefined>
shared[KEY] ??= { secrets: new Set(), leaks: [] }
const watch = shared[KEY]

/** What a secret could hide in at the end of one piece of a stream and the beginning of the next. */
const OVERLAP = 512

/** Names a secret. */
export function plant(secret: string): void {
  watch.secrets.add(secret)
}

/** Looks for secrets in what the app said. */
export function search(where: string, text: string): void {
  for (const secret of watch.secrets) {
    if (text.includes(secret)) watch.leaks.push(`${where} said ${secret.slice(0, 24)}…`)
  }
}

/** The same response, searched while it is read. */
export function searched(where: string, response: Response): Response {
  for (const [name, value] of response.headers) search(`${where}, header ${name}`, value)
  if (response.body === null) return response
  const decoder = new TextDecoder()
  let tail = ''
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const text = tail + decoder.decode(chunk, { stream: true })
        search(where, text)
        tail = text.slice(-OVERLAP)
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(body, response)
}

/** What was said since the last time it was asked. */
export function leaks(): string[] {
  return watch.leaks.splice(0)
}
