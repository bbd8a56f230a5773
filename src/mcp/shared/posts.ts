/**
 * The requests a process has in flight in one session, by the POST that brought them: one POST is one stream.
 * Told what the SDK is doing, it knows which stream an event is of, and what the stream has still to answer.
 */
import type { Id } from '../session-transport.ts'

/** Requests that came together. */
export interface Post {
  /** Those whose answer is not on its way yet, by our id, the client's. */
  readonly open: Map<number, Id>
  /** Its stream, once the SDK has named it. */
  stream?: string
  /** Whether there is anything of it in the log. */
  begun: boolean
  /** Whether its log is complete: if not, nothing more of it is kept. */
  kept: boolean
  /** Whether its log says that nothing follows. */
  over: boolean
  /** Settles, and never fails, when everything so far is in its log. */
  turn: Promise<unknown>
}

/** POSTs with requests in flight. */
export interface Posts {
  /** Adds one. */
  add(requests: ReadonlyMap<number, Id>): Post
  /** That of a request. */
  of(own: unknown): Post | undefined
  /** A request is answered, or will not be. */
  settle(own: number): Post | undefined
  /** That of a stream. */
  by(stream: string): Post | undefined
  /** Those whose streams clients can come back to. */
  resumable(): Post[]
}

/** Makes an empty set. */
export function createPosts(): Posts {
  const posts = new Map<number, Post>()
  const all = () => [...new Set(posts.values())]
  return {
    add(requests) {
      const open = new Map(requests)
      const post: Post = { open, begun: false, kept: true, over: false, turn: Promise.resolve() }
      for (const own of requests.keys()) posts.set(own, post)
      return post
    },
    of: (own) => posts.get(own as number),
    settle(own) {
      const post = posts.get(own)
      posts.delete(own)
      post?.open.delete(own)
      return post
    },
    by: (stream) => all().find((post) => post.stream === stream),
    resumable: () =>
      all().filter(({ stream, kept, over }) => stream !== undefined && kept && !over),
  }
}
