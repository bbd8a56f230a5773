/**
 * The card shown while it is not yet known who is here. The same as in the server's document, so that
 * nothing jumps when the browser code takes over.
 */

/** A card with a spinner. */
export function Starting() {
  return (
    <section class="card starting" aria-busy="true">
      <div class="spinner" role="status" aria-label="Loading" />
    </section>
  )
}
