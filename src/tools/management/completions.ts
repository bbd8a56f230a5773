/** What is done with secrets that people typed on the one-time page, by kind of question. */
import type { Completion } from '../../web/secrets/one-time-secrets.ts'
import type { Desk } from './desk.ts'
import { EVENT_LOG_CREDENTIALS, eventLogCredentials } from './event-log-destination.ts'

/** @param desk asked for when a person has typed: it is made together with the page */
export function completions(desk: () => Desk): Readonly<Record<string, Completion>> {
  return { [EVENT_LOG_CREDENTIALS]: eventLogCredentials(desk) }
}
