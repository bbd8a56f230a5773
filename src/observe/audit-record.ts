/**
 * What the audit trail says of one call: who, with which right, did what to what, and how it ended. It
 * says so without the arguments themselves: a keyed digest proves which they were, and the few fields a
 * tool declares harmless are shown.
 */
import { canonicalJson } from '../mcp/canonical-json.ts'
import { CUT, inert, TooLarge } from '../mcp/untrusted.ts'
import type { Principal } from '../oauth/principal.ts'
import { askedFacts } from './audit-asked.ts'
import { listOf, textOf } from './audit-text.ts'
import { counted } from './counted.ts'
import { isoTime } from './iso-time.ts'
import { withoutTokens } from './without-tokens.ts'

/** How a person agreed, if they were asked. */
export type ConfirmedBy = 'none' | 'mrtr' | 'plan' | 'elicitation'

/** One call, as known before it runs. */
export interface AuditedCall {
  /** The request id; of a call that was confirmed, that of the round that asked. */
  readonly correlationId: string
  /** Absent when a token was refused: what it claims is not proved. */
  readonly principal?: Pick<Principal, 'issuer' | 'subject' | 'organization' | 'clientId'>
  /** Name of the tool, or the method of what is not a tool call. */
  readonly tool: string
  /** All of them, as the tool gets them. Only their digest is written. */
  readonly arguments?: unknown
  /** Names of arguments that are written as they are. Declared by the tool. */
  readonly shown?: readonly string[]
  /** Scopes the operation used, or would have. */
  readonly scopes: readonly string[]
  /** Default: `none`. */
  readonly confirmation?: ConfirmedBy
  /** What the client says of itself. */
  readonly client?:
    | {
        readonly name?: string
        readonly version?: string
        readonly userAgent?: string
      }
    | undefined
}

/** How a call ended. */
export interface AuditedOutcome {
  /** `unknown` when Stytch may or may not have done it. */
  readonly outcome: 'ok' | 'error' | 'cancelled' | 'unknown'
  /** Code of the error. */
  readonly error?: string | undefined
  /** Default: `allowed`. `denied` for what the tool itself refused: a role, another tenant. */
  readonly decision?: 'allowed' | 'denied' | undefined
  /** Code of the reason for the decision. */
  readonly reason?: string | undefined
  /** Request ids of Stytch's answers, in order. */
  readonly upstream?: readonly string[]
  /** Milliseconds, by a clock that only goes forward. */
  readonly durationMs: number
}

/** Why a call did not get as far as running. */
export interface AuditedDenial {
  /** Code of the refusal. */
  readonly reason: string
  /** Scopes the token lacks. */
  readonly missing?: readonly string[]
  readonly durationMs?: number
}

/** How a call ended, whichever way. */
export type AuditEnding = Partial<AuditedOutcome & AuditedDenial>

/** Which of the up to two records of a call it is. */
export type AuditPhase = 'intent' | 'outcome' | 'denial'

/** Where a record stands in the trail. */
export interface AuditPlace {
  /** {@link trailFacts}. */
  readonly trail: string
  readonly seq: number
  /** Records before this one that the sink did not take. */
  readonly lost: number
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Bytes of one shown argument, as JSON. */
const MAX_SHOWN = 1_024

/** Records that one hash vouches for, besides its own. */
export const MAX_VOUCHED = 100

/** A value that is there, or will be. */
type Soon<Value> = Value | Promise<Value>

/** Arguments of a call as a record has them. */
export interface AuditedArguments {
  /** All of them; only their digest is written. */
  readonly canonical?: string
  /** Those that are shown, as JSON, safe to be written. */
  readonly shown?: string
}

/**
 * Writes down the arguments of a call, as they are now: what runs meanwhile may change them. Nothing else of a
 * call changes.
 *
 * @throws {TypeError} when they are not JSON
 */
export function auditedArguments(call: AuditedCall): AuditedArguments {
  if (call.arguments === undefined) return {}
  const canonical = canonicalJson(call.arguments)
  const seen = shown(call.arguments, call.shown)
  return seen === undefined
    ? { canonical }
    : { canonical, shown: JSON.stringify(withoutTokens(seen)) }
}

/**
 * Writes down a call.
 *
 * @param digest of a text, keyed
 * @returns members of the record, as JSON, safe to be written
 */
export function auditFacts(
  phase: AuditPhase,
  call: AuditedCall,
  args: AuditedArguments,
  ending: AuditEnding,
  digest: (text: string) => Soon<string>,
): Soon<string> {
  const { confirmation = 'none' } = call
  const { missing, reason, upstream, outcome, error, durationMs } = ending
  const decision = ending.decision ?? (phase === 'denial' ? 'denied' : 'allowed')
  // Written by hand: it is written with every call, of texts that are mostly known.
  const shown = args.shown === undefined ? '' : `,"arguments":${args.shown}`
  const lacking = missing === undefined ? '' : `,"missing_scopes":${listOf(missing)}`
  const why = reason === undefined ? '' : `,"reason":${textOf(reason)}`
  const sent = upstream === undefined ? '' : `,"upstream":${listOf(upstream)}`
  const end = outcome === undefined ? '' : `,"outcome":"${outcome}"`
  const failure = error === undefined ? '' : `,"error":${textOf(error)}`
  const took = durationMs === undefined ? '' : `,"duration_ms":${Math.round(durationMs)}`
  const text = `"phase":"${phase}","correlation_id":${textOf(call.correlationId)}${askedFacts(call)}${shown}${lacking},"decision":"${decision}"${why},"confirmation":"${confirmation}"${sent}${end}${failure}${took}`
  if (args.canonical === undefined) return text
  const proof = digest(args.canonical)
  return typeof proof === 'string'
    ? withDigest(text, proof)
    : proof.then((known) => withDigest(text, known))
}

function withDigest(text: string, digest: string): string {
  return `${text},"arguments_digest":"${digest}"`
}

/** What every record of a trail says after its time. */
export function trailFacts(epoch: string): string {
  return `"level":"info","event":"${AUDIT_EVENT}","epoch":${textOf(epoch)}`
}

/**
 * A record with a hash, which vouches for its text and for the records since the last hash.
 *
 * @param previous the last hash
 * @param facts of {@link auditFacts}
 * @param hash of a text; here of all that stands before it in the line, as a JSON object
 */
export function auditLine(
  place: AuditPlace,
  previous: string,
  facts: string,
  hash: (text: string) => Soon<string>,
): Soon<AuditLine> {
  const open = `${opening(place)},"previous":"${previous}",${facts}`
  const sum = hash(`${open}}`)
  return typeof sum === 'string' ? sealed(open, sum) : sum.then((known) => sealed(open, known))
}

/** A record that one written together with it vouches for. */
export function vouchedLine(place: AuditPlace, facts: string): string {
  return `${opening(place)},${facts}}`
}

/** A record as it is written, and what the next one holds of it. */
export interface AuditLine {
  readonly line: string
  readonly hash: string
}

function opening({ trail, seq, lost, at }: AuditPlace): string {
  const missed = lost === 0 ? '' : `,"lost":${lost}`
  return `{"time":"${isoTime(at)}",${trail},"seq":${counted(seq)}${missed}`
}

function sealed(open: string, hash: string): AuditLine {
  return { line: `${open},"hash":"${hash}"}`, hash }
}

/** Tells records from the other lines of a log. */
export const AUDIT_EVENT = 'audit'

function shown(args: unknown, names: readonly string[] = []): Record<string, unknown> | undefined {
  if (typeof args !== 'object' || args === null || names.length === 0) return undefined
  const given = args as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(given, name)).map((name) => [name, fitting(given[name])]),
  )
}

/** A shown argument, or the mark of a cut: a record is a line, not a document. */
function fitting(value: unknown): unknown {
  if (value === undefined) return undefined
  try {
    return inert(value, { maxSize: MAX_SHOWN })
  } catch (error) {
    if (error instanceof TooLarge) return CUT
    throw error
  }
}
