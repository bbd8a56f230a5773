/** What the consent page does over HTTP, without a browser: sign in, start, submit, follow the redirect. */

/** What the person at the keyboard does. */
export interface Person {
  readonly email?: string
  readonly password?: string
  readonly consents?: boolean
}

/**
 * Plays a person on the consent page.
 *
 * @param authorizationUrl where a client sent the browser
 * @param stytch Local Stytch's origin
 * @param publicToken of the project
 * @returns the client's redirect URL with `code` or `error`
 * @throws when the page or Local Stytch refuses
 */
export async function signInHeadless(
  authorizationUrl: URL,
  stytch: string,
  publicToken: string,
  { email = 'ada@example.com', password = 'local-stytch', consents = true }: Person = {},
): Promise<URL> {
  const page = await fetch(authorizationUrl)
  if (page.status !== 200) throw new Error(`the consent page answered ${page.status}`)

  const call = async (path: string, body: object, session = publicToken) => {
    const response = await fetch(`${stytch}/sdk/v1${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${btoa(`${publicToken}:${session}`)}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { data: Record<string, unknown>; error_type?: string }
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.error_type}`)
    return answer.data
  }

  const signedIn = await call('/passwords/authenticate', {
    email,
    password,
    session_duration_minutes: 60,
  })
  const session = signedIn.session_token as string
  const asked = authorizationUrl.searchParams
  const request = {
    client_id: asked.get('client_id'),
    redirect_uri: asked.get('redirect_uri'),
    response_type: asked.get('response_type'),
    scopes: (asked.get('scope') ?? 'openid email profile').split(' '),
    code_challenge: asked.get('code_challenge') ?? undefined,
    state: asked.get('state') ?? undefined,
    prompt: asked.get('prompt') ?? undefined,
    resources: asked.getAll('resource'),
  }
  await call('/idp/oauth/authorize/start', request, session)
  const done = await call(
    '/idp/oauth/authorize/submit',
    { ...request, consent_granted: consents },
    session,
  )
  return new URL(done.redirect_uri as string)
}
