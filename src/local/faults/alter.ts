/**
 * What becomes of an honest answer under a fault. The endpoint has done its work by then: a code is
 * redeemed, a refresh token rotated, whatever the client gets to read of it.
 */
import type { Keyring } from '../keys.ts'
import type { FaultOf, KeySetFault } from './fault.ts'
import { misnameIssuer } from './issuer.ts'
import { alterKeySet } from './key-set.ts'
import { mergePatch } from './merge-patch.ts'

const CHUNK = new TextEncoder().encode(' '.repeat(64 * 1024))

/**
 * @param keys the keys an altered key set is made with
 * @param request its signal tells when the client has gone
 * @returns the answer to give instead
 */
export async function alter(
  fault: FaultOf<'truncated' | 'drop' | 'huge' | 'lie' | 'iss' | KeySetFault>,
  honest: Response,
  { keys, request }: { keys: Keyring; request: Request },
): Promise<Response> {
  const text = await honest.text()
  const half = text.slice(0, Math.ceil(text.length / 2))
  switch (fault.kind) {
    case 'truncated':
      return new Response(half, honest)
    case 'drop':
      return new Response(broken(half), honest)
    case 'huge':
      return new Response(padded(fault.bytes, text, request), honest)
    case 'lie':
      return changed(honest, text, (body) => mergePatch(body, fault.body))
    case 'iss':
      return changed(honest, text, (body) => misnameIssuer(body, fault.value))
    default:
      return changed(honest, text, (body) => alterKeySet(fault.kind, body, keys))
  }
}

/** An answer that is not JSON, because of another fault, is left as it is. */
async function changed(
  honest: Response,
  text: string,
  change: (body: object) => unknown,
): Promise<Response> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return new Response(text, honest)
  }
  if (typeof body !== 'object' || body === null) return new Response(text, honest)
  return new Response(JSON.stringify(await change(body)), honest)
}

function broken(text: string): ReadableStream<Uint8Array> {
  let begun = false
  return new ReadableStream({
    pull(controller) {
      if (begun) return controller.error(new TypeError('The connection broke: a local fault.'))
      begun = true
      controller.enqueue(new TextEncoder().encode(text))
    },
  })
}

function padded(bytes: number, text: string, { signal }: Request): ReadableStream<Uint8Array> {
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      if (signal.aborted) return controller.error(signal.reason)
      if (left > 0) {
        const size = Math.min(left, CHUNK.length)
        left -= size
        return controller.enqueue(CHUNK.slice(0, size))
      }
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}
