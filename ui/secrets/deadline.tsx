/**
 * Until when a link works, on the person's own clock.
 */

/** One line; `expiresAt` is milliseconds since the epoch. */
export function Deadline({ expiresAt }: { expiresAt: number }) {
  const at = new Date(expiresAt)
  return (
    <p class="note">
      The link works until{' '}
      <time dateTime={at.toISOString()}>
        {at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
      </time>
      .
    </p>
  )
}
