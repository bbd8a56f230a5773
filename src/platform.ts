/** What every runtime can do, and some can do better in a way of their own. */
import { type Digests, webDigests } from './digest.ts'

/** The ways of one runtime. */
export interface Platform {
  readonly digests: Digests
  /**
   * Makes a response of status 200.
   *
   * @param body JSON
   * @param headers beside `Content-Type`, by name
   */
  json(body: string, headers: Readonly<Record<string, string>>): Response
}

const JSON_TYPE = Object.freeze({ headers: Object.freeze({ 'Content-Type': 'application/json' }) })

/** By Fetch and WebCrypto alone. */
export const webPlatform: Platform = Object.freeze({
  digests: webDigests,
  json(body: string, headers: Readonly<Record<string, string>>) {
    const response = new Response(body, JSON_TYPE)
    for (const name in headers) response.headers.append(name, headers[name] as string)
    return response
  },
})
