/** The faults in force, and how long each lasts. */
import type { Endpoint, EndpointFault, Fault } from './fault.ts'

/** What one request meets. */
export interface Encounter {
  /** In the order they apply. */
  readonly faults: readonly EndpointFault[]
  /** Aborts when the faults are cleared or replaced: nothing is waited for any longer. */
  readonly cleared: AbortSignal
}

/** These answer by themselves, so whatever is listed after one waits for a later request. */
const FINAL: ReadonlySet<Fault['kind']> = new Set(['status', 'redirect', 'garbage'])

/** The faults of one Local Stytch. */
export class ActiveFaults {
  #faults: Fault[] = []
  #clearing = new AbortController()

  /** Replaces all of them, and releases every request one of them holds. */
  replace(faults: readonly Fault[]): void {
    this.#clearing.abort()
    this.#clearing = new AbortController()
    this.#faults = faults.map((fault) => ({ ...fault }))
  }

  /** @returns what is left of them, in order; `times` counts the requests still to come */
  list(): readonly Fault[] {
    return this.#faults.map((fault) => ({ ...fault }))
  }

  /** How far the clock is off, in milliseconds. */
  get clockOffset(): number {
    return this.#faults.reduce(
      (sum, fault) => (fault.kind === 'clock' ? sum + fault.offset_seconds * 1000 : sum),
      0,
    )
  }

  /** @returns the faults of one request to an endpoint, which count it */
  meet(at: Endpoint): Encounter {
    const met: EndpointFault[] = []
    for (const fault of this.#faults) {
      if (fault.kind === 'clock' || fault.at !== at) continue
      met.push(fault)
      if (fault.times !== undefined) fault.times -= 1
      if (FINAL.has(fault.kind)) break
    }
    this.#faults = this.#faults.filter((fault) => fault.kind === 'clock' || fault.times !== 0)
    return { faults: met, cleared: this.#clearing.signal }
  }
}
