/**
 * What the audit trail says of one call: who, with which right, did what to what, and how it ended. It
 * says so without the arguments themselves: a keyed digest proves which they were, and the few fields a
 * tool declares harmless are shown.
 */
import { base64url } from 'jose'
import { canonicalJson } from '../mcp/canonical-json.ts'
import { CUT, inert, TooLarge } from '../mcp/untrusted.ts'
import type { Principal } from '../oauth/principal.ts'
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
  readonly client?: {
    readonly name?: string
    readonly version?: string
    readonly userAgent?: string
  }
}

/** How a call ended. */
export interface AuditedOutcome {
  /** `unknown` when Stytch may or may not have done it. */
  readonly outcome: 'ok' | 'error' | 'cancelled' | 'unknown'
  /** Code of the error. */
  readonly error?: string
  /** Default: `allowed`. `denied` for what the tool itself refused: a role, another tenant. */
  readonly decision?: 'allowed' | 'denied'
  /** Code of the reason for the decision. */
  readonly reason?: string
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

/** Which of the up to two records of a call it is. */
export type AuditPhase = 'intent' | 'outcome' | 'denial'

/** Where a record stands in the trail. */
export interface AuditPlace {
  readonly epoch: string
  readonly seq: number
  /** Records before this one that the sink did not take. */
  readonly lost: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Hash of the record before. */
  readonly previous: string
}

/** What of a record does not depend on its place. */
export type AuditFacts = Readonly<Record<string, unknown>>

/** Bytes of one shown argument, as JSON. */
const MAX_SHOWN = 1_024

/** Characters of a text the client made up. */
const MAX_UNVERIFIED = 128

/** Request ids and scopes written of one call. */
const MAX_LISTED = 32

/**
 * Writes down a call.
 *
 * @param digest of a text, keyed
 * @returns members of the record, safe to be written
 * @throws {TypeError} when the arguments are not JSON
 */
export async function auditFacts(
  phase: AuditPhase,
  call: AuditedCall,
  ending: Partial<AuditedOutcome & AuditedDenial>,
  digest: (text: string) => Promise<string>,
): Promise<AuditFacts> {
  const { principal, client } = call
  // Read before anything is awaited: what runs meanwhile may change them.
  const args = call.arguments === undefined ? undefined : canonicalJson(call.arguments)
  const facts = {
    phase,
    correlation_id: call.correlationId,
    iss: principal?.issuer,
    sub: principal?.subject,
    org: principal?.organization?.id,
    client_id: principal?.clientId,
    tool: call.tool,
    arguments: shown(call.arguments, call.shown),
    scopes: call.scopes.slice(0, MAX_LISTED),
    missing_scopes: ending.missing?.slice(0, MAX_LISTED),
    decision: ending.decision ?? (phase === 'denial' ? 'denied' : 'allowed'),
    reason: ending.reason,
    confirmation: call.confirmation ?? 'none',
    upstream: ending.upstream?.slice(0, MAX_LISTED),
    outcome: ending.outcome,
    error: ending.error,
    duration_ms: ending.durationMs === undefined ? undefined : Math.round(ending.durationMs),
    unverified: client && {
      client_name: client.name,
      client_version: client.version,
      user_agent: client.userAgent,
    },
  }
  const safe = withoutTokens(inert(facts, { field: rule }))
  return args === undefined ? safe : { ...safe, arguments_digest: await digest(args) }
}

/** @returns one line: JSON that ends with the hash of all that stands before it */
export async function auditLine(
  { epoch, seq, lost, at, previous }: AuditPlace,
  facts: AuditFacts,
  hash: (text: string) => Promise<string>,
): Promise<{ readonly line: string; readonly hash: string }> {
  const place = { epoch, seq, ...(lost === 0 ? {} : { lost }), previous }
  const record = { time: new Date(at).toISOString(), level: 'info', event: AUDIT_EVENT }
  const body = JSON.stringify({ ...record, ...place, ...facts })
  const sum = await hash(body)
  return { line: `${body.slice(0, -1)},"hash":"${sum}"}`, hash: sum }
}

/** Tells records from the other lines of a log. */
export const AUDIT_EVENT = 'audit'

/** The key that digests are made with; the same arguments have the same digest under it. */
export function auditDigest(key: Uint8Array): (text: string) => Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  let imported: Promise<CryptoKey> | undefined
  return async (text) => {
    imported ??= crypto.subtle.importKey('raw', key.slice(), algorithm, false, ['sign'])
    const bytes = await crypto.subtle.sign('HMAC', await imported, new TextEncoder().encode(text))
    return base64url.encode(new Uint8Array(bytes))
  }
}

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

function rule([name]: readonly (string | number)[]) {
  return name === 'unverified' ? { max: MAX_UNVERIFIED } : undefined
}
