/** What every runtime can do, and some can do better in a way of their own. */
import { type Digests, webDigests } from './digest.ts'

/** The ways of one runtime. */
export interface Platform {
  readonly digests: Digests
  /** Told of a request whose answer is a stream: it may be silent for as long as it lives. */
  streams?(request: Request): void
}

/** By WebCrypto alone. */
export const webPlatform: Platform = Object.freeze({ digests: webDigests })
