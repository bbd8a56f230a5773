/**
 * The client metadata documents of one Local Stytch: each fetched once at a time, kept for as long as it
 * is fresh, and never kept when it could not be used.
 */
import { BoundedMap } from '../bounded-map.ts'
import type { ClientMetadata } from '../oauth/client-metadata.ts'
import type { Project } from '../project.ts'
import { readDocumentUrl } from './document-url.ts'
import { type DocumentHost, fetchDocument } from './fetch-document.ts'
import { freshFor } from './freshness.ts'
import { readDocument } from './read-document.ts'

/** Longest fetch, in milliseconds. */
const DEADLINE = 5_000
const CAPACITY = 500

interface Kept {
  readonly metadata: ClientMetadata
  readonly since: number
  /** Milliseconds. */
  readonly lifetime: number
}

/** Reads documents by their URL. */
export class ClientDocuments {
  readonly #project: Project
  readonly #kept = new BoundedMap<string, Kept>(CAPACITY)
  readonly #underway = new Map<string, Promise<ClientMetadata>>()

  constructor(project: Project) {
    this.#project = project
  }

  /**
   * @param clientId a URL, in whatever shape a client sent it
   * @throws UnusableDocument
   */
  async read(clientId: string): Promise<ClientMetadata> {
    const kept = this.#kept.get(clientId)
    if (kept && this.#isFresh(kept)) return kept.metadata
    const underway = this.#underway.get(clientId)
    if (underway) return underway
    const flight = this.#fetch(clientId).finally(() => this.#underway.delete(clientId))
    this.#underway.set(clientId, flight)
    return flight
  }

  /** A clock that was put back makes everything stale. */
  #isFresh({ since, lifetime }: Kept): boolean {
    const age = this.#project.now() - since
    return age >= 0 && age < lifetime
  }

  async #fetch(clientId: string): Promise<ClientMetadata> {
    const { clientMetadataHosts, url: self, fetch, now } = this.#project
    const hosts = new Set(Object.keys(clientMetadataHosts))
    const url = readDocumentUrl(clientId, { hosts, self })
    const place = Object.hasOwn(clientMetadataHosts, url.host) && clientMetadataHosts[url.host]
    const [target, host] = whereabouts(url, place || url.origin, fetch)
    const { text, headers } = await fetchDocument(target, host, AbortSignal.timeout(DEADLINE))
    const metadata = readDocument(text, clientId)
    this.#kept.set(clientId, { metadata, since: now(), lifetime: freshFor(headers, now()) })
    return metadata
  }
}

/** @returns what to ask for, and whom: a made-up host is a function, or an origin on this machine */
function whereabouts(
  url: URL,
  place: string | DocumentHost,
  fetch: DocumentHost,
): [URL, DocumentHost] {
  if (typeof place === 'function') return [url, place]
  return [new URL(url.pathname, place), fetch]
}
