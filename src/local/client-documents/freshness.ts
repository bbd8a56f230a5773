/** How long a fetched document stays good, by HTTP caching headers (RFC 9111), within bounds of our own. */

/** Bounds in milliseconds: nobody makes us fetch on every request, nobody keeps us from ever looking again. */
const SHORTEST = 60_000
const LONGEST = 24 * 3600 * 1000

/**
 * @param now milliseconds since the epoch, when the answer arrived
 * @returns milliseconds; the shortest when the answer says nothing, or that it may not be kept
 */
export function freshFor(headers: Headers, now: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, told(headers, now)))
}

function told(headers: Headers, now: number): number {
  const control = headers.get('cache-control') ?? ''
  if (/(?:^|,)\s*no-(?:store|cache)\b/i.test(control)) return 0
  const maxAge = /(?:^|,)\s*max-age="?(\d{1,10})"?\s*(?:,|$)/i.exec(control)?.[1]
  if (maxAge !== undefined) return (Number(maxAge) - age(headers)) * 1000
  const expires = Date.parse(headers.get('expires') ?? '')
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(expires) ? 0 : expires - (Number.isNaN(date) ? now : date)
}

/** Seconds the answer spent in caches on its way. */
function age(headers: Headers): number {
  const text = headers.get('age') ?? ''
  return /^\d{1,10}$/.test(text) ? Number(text) : 0
}
