/**
 * What can be made to go wrong, as `POST /local/faults` takes it. A fault belongs to one endpoint, at
 * every URL that endpoint has; only the clock belongs to none.
 */
import { z } from 'zod'

/**
 * Where a fault can be. `discovery` is both metadata documents, and the two after it are each of them;
 * `sdk` is the whole browser API, and the four after it are single calls of it; `management` is the whole
 * management API; `users` is the people of the backend API.
 */
export const ENDPOINTS = [
  'discovery',
  'oauth-authorization-server',
  'openid-configuration',
  'jwks',
  'register',
  'token',
  'introspect',
  'revoke',
  'userinfo',
  'sdk',
  'bootstrap',
  'sign-in',
  'authorize-start',
  'authorize-submit',
  'management',
  'users',
] as const

export type Endpoint = (typeof ENDPOINTS)[number]

/** What can be wrong with the key set, beside what can be wrong with any answer. */
const KEY_SET_FAULTS = ['empty', 'duplicate-kid', 'private', 'small-key', 'enc-use', 'ec'] as const

/** Longest wait, in milliseconds. */
const MAX_WAIT = 600_000
const MAX_BYTES = 1_000_000_000
const TEN_YEARS = 315_360_000

/** For how many requests it lasts. Default: until cleared. */
const times = z.number().int().min(1).max(1_000_000).optional()
const anywhere = { at: z.enum(ENDPOINTS), times }

/** The wait comes after the work, so what was asked for has happened, and the answer may be stale. */
const after_work = z.boolean().optional()

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/)
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/)

export const fault = z.discriminatedUnion(
  'kind',
  [
    /** Waits before it works, or before it answers. */
    z.strictObject({
      ...anywhere,
      kind: z.literal('slow'),
      ms: z.number().int().min(0).max(MAX_WAIT),
      after_work,
    }),
    /** Waits until faults are cleared or the client gives up. */
    z.strictObject({ ...anywhere, kind: z.literal('hang'), after_work }),
    /** Refuses, in Stytch's shape, without doing anything. */
    z.strictObject({
      ...anywhere,
      kind: z.literal('status'),
      status: z.number().int().min(400).max(599),
      /** Seconds, for `Retry-After`. */
      retry_after: z.number().int().min(0).optional(),
    }),
    /** Sends the client elsewhere, without doing anything. */
    z.strictObject({
      ...anywhere,
      kind: z.literal('redirect'),
      location: z.string().regex(/^[\x21-\x7e]{1,2048}$/),
      status: z.literal([301, 302, 303, 307, 308]).default(302),
    }),
    /** An HTML page with status 200, as captive portals and gateways serve. */
    z.strictObject({ ...anywhere, kind: z.literal('garbage') }),
    /** Half the answer, as if that were all. */
    z.strictObject({ ...anywhere, kind: z.literal('truncated') }),
    /** Half the answer, and the connection breaks. */
    z.strictObject({ ...anywhere, kind: z.literal('drop') }),
    /** Spaces before the answer: valid JSON to whoever reads it all. */
    z.strictObject({
      ...anywhere,
      kind: z.literal('huge'),
      bytes: z.number().int().min(1).max(MAX_BYTES).default(10_000_000),
    }),
    /** Changes the answer by JSON Merge Patch (RFC 7396): `null` drops a member. */
    z.strictObject({
      ...anywhere,
      kind: z.literal('lie'),
      body: z.record(z.string(), z.json()),
    }),
    /** Sets response headers; `null` drops one. */
    z.strictObject({
      ...anywhere,
      kind: z.literal('headers'),
      headers: z.record(headerName, headerValue.nullable()),
    }),
    /** Publishes keys that must not be used. */
    z.strictObject({ at: z.literal('jwks'), times, kind: z.enum(KEY_SET_FAULTS) }),
    /** Has authorization responses, code or error, name another issuer (RFC 9207), or with `null` none. */
    z.strictObject({
      at: z.literal('authorize-submit'),
      times,
      kind: z.literal('iss'),
      value: z
        .string()
        .regex(/^[\x20-\x7e]{0,2048}$/)
        .nullable(),
    }),
    /** Puts the clock wrong: what is issued, and what is checked. */
    z.strictObject({
      kind: z.literal('clock'),
      offset_seconds: z.number().int().min(-TEN_YEARS).max(TEN_YEARS),
    }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? 'No such kind of fault' : undefined) },
)

/** Body of the knob: the faults that replace whatever was active. */
export const faultsRequest = z.strictObject({ faults: z.array(fault).max(100) })

export type Fault = z.output<typeof fault>
export type EndpointFault = Exclude<Fault, { kind: 'clock' }>
export type KeySetFault = (typeof KEY_SET_FAULTS)[number]

/** A fault of one kind, or of several. */
export type FaultOf<Kind extends EndpointFault['kind']> = Extract<EndpointFault, { kind: Kind }>
