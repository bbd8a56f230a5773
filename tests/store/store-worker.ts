/** Run by workerd: stores in Durable Objects, for the test that started it. */
import {
  durableObjectStore,
  type ObjectNamespace,
  type ObjectState,
  StoreObject,
} from '../../src/store/cloudflare.ts'
import { answerFor } from './over-http.ts'

let isGone = false
/** What objects had left when their alarm was over, in entries. */
const leftovers: number[] = []

interface State extends ObjectState {
  readonly storage: ObjectState['storage'] & { list(): Promise<Map<string, unknown>> }
  abort(reason: string): void
}

/** The object, on a machine that goes away. */
export class Mortal extends StoreObject {
  readonly #own: State

  constructor(state: State) {
    super(state)
    this.#own = state
  }

  override async fetch(request: Request): Promise<Response> {
    if (isGone) this.#own.abort('gone')
    return super.fetch(request)
  }

  override async alarm(): Promise<void> {
    await super.alarm()
    leftovers.push((await this.#own.storage.list()).size)
  }
}

export default {
  async fetch(request: Request, { STORE }: { STORE: ObjectNamespace }): Promise<Response> {
    if (request.url.endsWith('/vanish')) {
      isGone = true
      return new Response()
    }
    if (request.url.endsWith('/leftovers')) return Response.json(leftovers)
    return answerFor([durableObjectStore(STORE), durableObjectStore(STORE)], request)
  },
}
