/** Announces that a list or a resource changed, to whoever listens, in whichever era. */

/** One method for each thing that can change. */
export interface Changes {
  tools(): void
  prompts(): void
  resources(): void
  resource(uri: string): void
}

/**
 * Joins several announcers into one.
 *
 * @param listeners called in order
 */
export function announceTo(listeners: () => Iterable<Changes>): Changes {
  const each = (tell: (one: Changes) => void) => {
    for (const one of listeners()) tell(one)
  }
  return {
    tools: () => each((one) => one.tools()),
    prompts: () => each((one) => one.prompts()),
    resources: () => each((one) => one.resources()),
    resource: (uri) => each((one) => one.resource(uri)),
  }
}
