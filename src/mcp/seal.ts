/**
 * Signs what travels through a client, for one holder and a while. The client can read it, and can do
 * nothing with it but bring it back.
 */
import { createRequestStateCodec } from '@modelcontextprotocol/server'

/** Signs and verifies. */
export interface Seal<Payload> {
  /** @param holder names who may bring it back, and for what */
  mint(payload: Payload, holder: string): Promise<string>
  /** @throws when it is not ours, not this holder's, or too old */
  verify(sealed: string, holder: string): Promise<Payload>
}

/**
 * Makes a seal.
 *
 * @param key at least 32 bytes; the same in every process that may see what comes back
 * @param ttlSeconds how long it is good
 */
export function createSeal<Payload>(key: Uint8Array, ttlSeconds: number): Seal<Payload> {
  // The SDK would ask the context of a request who holds it. Here that is known, and stands for the context.
  const bind = (holder: unknown) => holder as string
  const codec = createRequestStateCodec<Payload>({ key, ttlSeconds, bind })
  return {
    mint: (payload, holder) => codec.mint(payload, holder as never),
    verify: (sealed, holder) => codec.verify(sealed, holder as never),
  }
}
