/** The good outcome of verification, local or remote. */
import type { Principal } from './principal.ts'

/** A verified token's caller. */
export interface Verified {
  readonly ok: true
  readonly principal: Principal
}
