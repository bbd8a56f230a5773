/**
 * Everything that can go wrong in front of a person, and the only sentences the pages print about it.
 * What Stytch or the query say about an error is never shown: both can be written by others.
 */

/** What went wrong; `reference` is Stytch's request id, for support. */
export interface Problem {
  readonly code: ProblemCode
  readonly reference?: string
}

interface Text {
  readonly title: string
  readonly sentence: string
  readonly hint: string
}

const NOTHING = 'Nothing was approved.'

const TEXTS = {
  stytch_unreachable: {
    title: 'Stytch can’t be reached',
    sentence: `The sign-in service did not answer. ${NOTHING}`,
    hint: 'Check your connection and try again. A network filter or an extension may be in the way.',
  },
  client_unknown: {
    title: 'This app isn’t known here',
    sentence: `The app that sent you is not registered with this server. ${NOTHING}`,
    hint: 'Remove this server from the app and add it again, so that it registers anew.',
  },
  redirect_not_registered: {
    title: 'This app can’t return where it asked to',
    sentence: `The address it named is not one it registered. ${NOTHING}`,
    hint: 'Someone may be trying to get your access. If you did not start this, close the page.',
  },
  scope_refused: {
    title: 'This app asked for something that doesn’t exist',
    sentence: `One of the permissions it named is not known to this server. ${NOTHING}`,
    hint: 'Update the app, or tell its developer.',
  },
  request_refused: {
    title: 'Stytch refused this request',
    sentence: `The request could not be used. ${NOTHING}`,
    hint: 'Go back to the app and connect again.',
  },
  too_many_requests: {
    title: 'Too many attempts',
    sentence: `Stytch asks to slow down. ${NOTHING}`,
    hint: 'Wait a minute, then try again.',
  },
  answer_lost: {
    title: 'Your answer didn’t get through',
    sentence: 'Stytch did not confirm it, and the app was given nothing.',
    hint: 'Try again; you will be asked once more.',
  },
  unexpected_destination: {
    title: 'Stopped before leaving this page',
    sentence: 'The answer would have gone somewhere else than the app asked for.',
    hint: 'The app was given nothing. Tell whoever runs this server.',
  },
  storage_blocked: {
    title: 'This browser blocks site data',
    sentence: `Signing in needs cookies and local storage for this site. ${NOTHING}`,
    hint: 'Allow them for this site, or use another browser, then reload the page.',
  },
  page_failed: {
    title: 'Something broke on this page',
    sentence: `It stopped before anything was decided. ${NOTHING}`,
    hint: 'Try again. If it stays broken, tell whoever runs this server.',
  },
} as const satisfies Record<string, Text>

/** A stable code of a problem. */
export type ProblemCode = keyof typeof TEXTS

/** The sentences of a problem. */
export function problemText(code: ProblemCode): Text {
  return TEXTS[code]
}
