/** Preloaded into a server: Stytch's names lead to the Local Stytch at `STYTCH_HERE`, which is told who asks. */
const STYTCH =
  /^https:\/\/(?:[a-z0-9-]+\.customers\.stytch\.dev|(?:test|management)\.stytch\.com)\//
const { fetch } = globalThis

globalThis.fetch = Object.assign((input, init) => {
  const request = new Request(input, init)
  if (!STYTCH.test(request.url)) return fetch(request)
  const { pathname, search } = new URL(request.url)
  const there = new Request(process.env.STYTCH_HERE + pathname + search, request)
  there.headers.set('X-Asked-By', process.env.PORT)
  return fetch(there)
}, fetch)
