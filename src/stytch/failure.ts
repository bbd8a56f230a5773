/**
 * How a question to one of Stytch's APIs can fail. A failure says what kind it is and little else: no word
 * of Stytch's, no value that was sent, no key. Whatever it holds may be logged and shown.
 */

/** The kinds, closed. Each has one fixed sentence, which is the error's message. */
const SENTENCES = {
  /** The object, or one its address names, does not exist. */
  not_found: 'Stytch has no such object.',
  /** An argument was refused, here before anything was sent or by Stytch. */
  invalid: 'The arguments are not acceptable.',
  /** The change contradicts what is there: a duplicate, the last one, something in use. */
  conflict: 'The change contradicts what is already there.',
  /** Stytch does not accept our credentials. Nobody who calls this server can mend that. */
  unauthorised: 'Stytch does not accept the credentials of this server.',
  forbidden: 'The credentials of this server do not allow this operation.',
  rate_limited: 'Stytch asks for fewer requests.',
  /** Only of reads: no connection, or Stytch is failing. */
  unavailable: 'Stytch cannot be reached or is failing.',
  /** Only of reads. */
  timeout: 'Stytch did not answer in time.',
  /** Only of writes: no answer, or none that says whether the change was made. Never repeated by us. */
  outcome_unknown: 'No usable answer came. The change may or may not have been made.',
  /** Not JSON, too large, of another shape, or about another object. */
  unexpected: 'Stytch answered something that cannot be trusted.',
} as const

export type FailureKind = keyof typeof SENTENCES

/** Everything a failure says beside its kind. */
export interface FailureDetails {
  /** The operation, for example `secrets.create`. */
  readonly operation: string
  /** Stytch's id of the request, when an answer had one. */
  readonly requestId?: string | undefined
  /** Stytch's `error_type`, when it is one we know. */
  readonly errorType?: string | undefined
  /** Seconds until Stytch wants to be asked again, when it said so. */
  readonly retryAfter?: number | undefined
  /** The argument that was refused before anything was sent. */
  readonly field?: string | undefined
  /** Whether the operation changes anything at Stytch. */
  readonly write?: boolean
}

/** A question that got no answer to rely on. */
export class StytchError extends Error {
  override readonly name: string = 'StytchError'
  readonly operation: string
  readonly requestId: string | undefined
  readonly errorType: string | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined
  readonly field: string | undefined
  /** True when something may have changed at Stytch all the same: look before doing it again. */
  readonly mayHaveHappened: boolean

  constructor(
    readonly kind: FailureKind,
    details: FailureDetails,
  ) {
    super(SENTENCES[kind])
    this.operation = details.operation
    this.requestId = details.requestId
    this.errorType = details.errorType
    this.retryAfter = details.retryAfter
    this.field = details.field
    this.mayHaveHappened =
      details.write === true && (kind === 'outcome_unknown' || kind === 'unexpected')
  }
}

/** Makes the error a client throws. */
export type Fail = (kind: FailureKind, details: FailureDetails) => StytchError
