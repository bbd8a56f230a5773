/**
 * What must be true of an HTTP/1.1 message before the app sees it, and what the runtimes' parsers let
 * through: one authority, named once, and a body with one length. Two readings of one message are how
 * requests are smuggled past whatever stands in front.
 *
 * @see RFC 9112 §3.2 (Host, absolute-form), §6.1–6.3 (framing)
 */

/**
 * Whether the message can be read in one way only.
 *
 * @param host the authority it names beside its target
 */
export function isUnambiguous(request: Request, host = request.headers.get('host')): boolean {
  const { headers, url } = request
  const length = headers.get('content-length')
  const coding = headers.get('transfer-encoding')
  return (
    addressesOneHost(url, host) &&
    (length === null || /^\d+$/.test(length)) &&
    (coding === null || coding.toLowerCase() === 'chunked')
  )
}

/** The answer to a message that cannot; the connection carries nothing after it. */
export function ambiguous(): Response {
  return new Response(null, { status: 400, headers: { Connection: 'close' } })
}

/**
 * A runtime makes the URL of the target and the Host; where they are not that plain sum, the target was
 * a URL itself, and must name the same host.
 */
function addressesOneHost(url: string, host: string | null): boolean {
  if (host === null) return false
  if (url.startsWith(`http://${host}/`)) return true
  if (!URL.canParse(url)) return false
  const target = new URL(url)
  const named = `${target.protocol}//${host}`
  return (
    /^https?:$/.test(target.protocol) &&
    target.username === '' &&
    target.password === '' &&
    URL.canParse(named) &&
    new URL(named).host === target.host
  )
}
