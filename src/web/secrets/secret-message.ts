/** What the page of a one-time secret and the server say to each other, as JSON. */

/** What a person is asked for: one hidden input. */
export interface SecretField {
  /** Letters, digits, `_` and `-`; starts with a letter. */
  readonly name: string
  readonly label: string
}

/** What waits behind a link, without anything secret. */
export type Description =
  | {
      readonly kind: 'hand'
      readonly label: string
      readonly hint?: string
      /** Milliseconds since the epoch. */
      readonly expiresAt: number
    }
  | {
      readonly kind: 'collect'
      readonly title: string
      readonly fields: readonly SecretField[]
      /** Milliseconds since the epoch. */
      readonly expiresAt: number
    }

/** Answer to `reveal`. */
export interface Revealed {
  readonly value: string
}

/** Answer to `submit`: what came of it, in a sentence the server wrote. */
export type Submitted =
  | { readonly ok: true; readonly sentence: string }
  | { readonly ok: false; readonly sentence: string; readonly attemptsLeft: number }

/** What the page asks for. */
export type SecretRequest =
  | { readonly action: 'describe' }
  | { readonly action: 'reveal' }
  | { readonly action: 'submit'; readonly values: Readonly<Record<string, string>> }
