/**
 * Copies a field, and says whether that worked. Without a clipboard to write to, it selects the text and
 * leaves the rest to the person.
 */
import type { RefObject } from 'preact'
import { useState } from '../shared.ts'

const SAYINGS = {
  waiting: '',
  copied: 'Copied. It stays in your clipboard until you copy something else.',
  selected: 'Copying isn’t allowed here. The secret is selected: copy it yourself.',
} as const

/** The button and what came of it. */
export function CopyButton({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  const [said, say] = useState<keyof typeof SAYINGS>('waiting')

  async function copy() {
    try {
      await navigator.clipboard.writeText(field.current?.value ?? '')
      say('copied')
    } catch {
      field.current?.focus()
      field.current?.select()
      say('selected')
    }
  }

  return (
    <>
      <button type="button" class="button" onClick={copy}>
        Copy
      </button>
      <p class="note said" role="status">
        {SAYINGS[said]}
      </p>
    </>
  )
}
