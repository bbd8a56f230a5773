/**
 * A card: one thing to read or do, under one heading. It takes the focus when it appears, because what
 * had it went away with the last card: a screen reader then says the heading, and Tab goes on from here.
 */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface Props {
  readonly title: string
  /** What stands above the heading. */
  readonly above?: ComponentChildren
  readonly role?: 'alert' | 'status'
  readonly children: ComponentChildren
}

/** A card, labelled by its heading; a title that changes is announced. */
export function Card({ title, above, role, children }: Props) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => card.current?.focus(), [])
  return (
    <section class="card" role={role} aria-labelledby="title" tabIndex={-1} ref={card}>
      {above}
      <h1 id="title" aria-live="polite">
        {title}
      </h1>
      {children}
    </section>
  )
}

/** What kind of card it is, before a word of it is read. */
export function Emblem({ kind }: { kind: 'good' | 'stop' }) {
  return <div class={`emblem emblem-${kind}`} aria-hidden="true" />
}
