/**
 * Everything that can go wrong with a link, in our own sentences.
 */

interface Text {
  readonly title: string
  readonly sentence: string
  readonly hint: string
}

const TEXTS = {
  gone: {
    title: 'This link isn’t available',
    sentence: 'It was used already, has expired, or is for another account.',
    hint: 'Sign in with the account you used in the app that gave you the link, or ask there for a new one.',
  },
  session_refused: {
    title: 'Your sign-in wasn’t accepted',
    sentence: 'This server could not confirm who is signed in.',
    hint: 'Sign out, sign in again, and open the link once more.',
  },
  too_many_requests: {
    title: 'Too many attempts',
    sentence: 'This server asks to slow down.',
    hint: 'Wait a minute, then try again. The link still works until it expires.',
  },
  failed: {
    title: 'That didn’t work',
    sentence: 'Something went wrong on this server.',
    hint: 'Try again. If the link isn’t available then, ask for a new one.',
  },
  no_answer: {
    title: 'This server can’t be reached',
    sentence: 'It did not answer, so nobody can say whether the link was used up.',
    hint: 'Check your connection and try again. If the link isn’t available then, ask for a new one.',
  },
  used_up: {
    title: 'No attempts left',
    sentence: 'What you typed was not accepted, and the link is used up.',
    hint: 'Ask for a new link in the app that gave you this one.',
  },
} as const satisfies Record<string, Text>

/** A stable code of what went wrong. */
export type Trouble = keyof typeof TEXTS

/** Its sentences. */
export function troubleText(trouble: Trouble): Text {
  return TEXTS[trouble]
}
