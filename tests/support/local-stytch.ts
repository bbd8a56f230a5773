/** Knobs of a running Local Stytch. */

/**
 * Mints an access token of ada's that expired an hour ago.
 *
 * @param origin of Local Stytch
 */
export async function mintExpired(origin: string): Promise<string> {
  const response = await fetch(`${origin}/local/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'access', user: 'ada@example.com', expires_in: -3600 }),
  })
  return ((await response.json()) as { token: string }).token
}
