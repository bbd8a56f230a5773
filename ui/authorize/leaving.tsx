/**
 * Shown between the decision and the browser's departure. With a custom scheme the page stays: the
 * system hands the answer to an app, and nobody tells us whether it took it.
 */
import type { RedirectTarget } from '../../src/web/redirect-uri.ts'
import { Card, Emblem } from '../card.tsx'

/** The card after an answer. */
export function Leaving({ redirect }: { redirect: RedirectTarget }) {
  const stays = redirect.kind === 'custom-scheme'
  return (
    <Card
      role="status"
      title={stays ? 'Back to the app' : 'Taking you back'}
      above={<Emblem kind="good" />}
    >
      <p class="lead">
        Your answer goes to <b class="host">{redirect.host}</b>
      </p>
      <p>
        {stays
          ? 'If the app doesn’t open, switch to it and connect again. You can close this page.'
          : 'If nothing happens, go back to the app and connect again.'}
      </p>
    </Card>
  )
}
