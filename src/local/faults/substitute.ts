/** Answers given in place of an endpoint's own. The endpoint does no work for them. */
import { answer, type LocalContext } from '../envelope.ts'
import type { FaultOf } from './fault.ts'

const PAGE =
  '<!doctype html><html><head><title>Welcome</title></head><body><p>Please sign in to the network.</p></body></html>'

/** Stytch's `error_type` of the refusals it documents for overload and failure. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  429: 'too_many_requests',
  500: 'internal_server_error',
}

/** @returns the answer of a fault that needs no honest one */
export function substitute(
  c: LocalContext,
  fault: FaultOf<'status' | 'redirect' | 'garbage'>,
): Response {
  switch (fault.kind) {
    case 'status':
      return refusal(c, fault)
    case 'redirect':
      return new Response(null, { status: fault.status, headers: { Location: fault.location } })
    case 'garbage':
      return new Response(PAGE, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  }
}

function refusal(c: LocalContext, { status, retry_after }: FaultOf<'status'>): Response {
  const type = ERROR_TYPES[status] ?? 'local_fault'
  const response = answer(
    c,
    {
      error_type: type,
      error_message: 'A fault set at /local/faults.',
      error_url: `https://stytch.com/docs/api/errors/${status}#${type}`,
    },
    status,
  )
  if (retry_after !== undefined) response.headers.set('Retry-After', String(retry_after))
  return response
}
