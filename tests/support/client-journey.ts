/** What every client is asked to do: start from nothing, sign a person in, call `whoami`. */

/** The person with the browser: answers the redirect that takes the browser back to the client. */
export type Person = (authorizationUrl: URL) => Promise<URL>

/** How far a client came. */
export interface Journey {
  /** Where it sent the person; absent when it did not get that far. */
  readonly sentTo?: URL
  /** What `whoami` answered; absent when it gave up. */
  readonly whoami?: Record<string, unknown>
  /** What it said when it gave up. */
  readonly complaint?: string
}

/** A client of some maker, of one version. */
export interface Client {
  readonly name: string
  /** The npm package that is tested. */
  readonly package: string
  /** The protocol revision it speaks to a server that knows all of them. */
  readonly protocolVersion: string
  /** Goes all the way, or as far as it dares. */
  travel(mcp: URL, person: Person): Promise<Journey>
}
