/** Preloaded into a server: Stytch's names lead to the Local Stytch at `STYTCH_HERE`. */
const STYTCH =
  /^https:\/\/(?:[a-z0-9-]+\.customers\.stytch\.dev|(?:test|management)\.stytch\.com)\//
const { fetch } = globalThis

globalThis.fetch = Object.assign((input, init) => {
  const request = new Request(input, init)
  if (!STYTCH.test(request.url)) return fetch(request)
  const { pathname, search } = new URL(request.url)
  return fetch(new Request(process.env.STYTCH_HERE + pathname + search, request))
}, fetch)
