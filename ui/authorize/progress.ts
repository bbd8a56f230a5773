/**
 * How far an authorization has come, as a value. Stytch's component keeps the same to itself, and gets
 * stuck where a call fails.
 */
import type { Problem } from '../problems.ts'

/** What Stytch says about the app and what it may be given. */
export interface Asked {
  /** Cleaned for display; chosen by the app. */
  readonly clientName: string
  /** Scopes this account cannot give, that Stytch's list does not mention by itself. */
  readonly unavailable: readonly string[]
  /** Whether Stytch has this very consent on record and no click is needed. */
  readonly remembered: boolean
}

export type Progress =
  | { readonly phase: 'asking'; readonly asked: Asked | null }
  | { readonly phase: 'leaving' }
  | { readonly phase: 'problem'; readonly problem: Problem }

export type Step =
  | { readonly type: 'ask' }
  | { readonly type: 'asked'; readonly asked: Asked }
  | { readonly type: 'leave' }
  | { readonly type: 'fail'; readonly problem: Problem }

export const BEGINNING: Progress = { phase: 'asking', asked: null }

/** The next state. A problem is final: what arrives after it must not move the page. */
export function advance(progress: Progress, step: Step): Progress {
  if (progress.phase === 'problem') return progress
  switch (step.type) {
    case 'ask':
      return BEGINNING
    case 'asked':
      return { phase: 'asking', asked: step.asked }
    case 'leave':
      return { phase: 'leaving' }
    case 'fail':
      return { phase: 'problem', problem: step.problem }
  }
}
