/**
 * What the server asks the client of a session, and whose answer may come to another process. Servers count
 * their questions, each from zero, so here each gets a name of its own: an answer must never be taken for the
 * answer to something else. The process it comes to leaves it in the store for the one that asked.
 */
import type {
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
} from '@modelcontextprotocol/server'
import type { Store } from '../../store/store.ts'
import type { RpcResponse } from '../message.ts'
import { CANCELLED, type Id } from '../session-transport.ts'

/** Questions of one session. */
export interface Questions {
  /**
   * Names what the server is about to ask, or is about to withdraw.
   *
   * @returns the message as its client gets it; anything else as it is
   */
  named(message: JSONRPCMessage): Promise<JSONRPCMessage>
  /**
   * Takes an answer its client has sent, and passes it on if another process waits for it. The first answer to
   * a question is the one; to nobody's question there is none.
   *
   * @returns the answer as the server here waits for it; `undefined` when it does not
   * @throws what the store throws
   */
  answered(answer: RpcResponse): Promise<RpcResponse | undefined>
  /** Waits for nothing any more. */
  close(): void
}

/** What they are made with. */
export interface QuestionsOptions {
  readonly store: Store
  /** Before all keys. */
  readonly name: string
  /** Whether what is to be kept has room. */
  readonly spend: (size: number) => boolean
  /** Given an answer that came to another process. */
  readonly onAnswer: (answer: RpcResponse) => void
  /** Milliseconds between two looks for an answer. */
  readonly look: number
}

/** Seconds a question may stay open. */
const OPEN = 30 * 60
/** Seconds until an answer must have been found. */
const FOUND = 60
const NAME = /^[0-9a-f-]{36}$/

/** Makes an empty set of questions. */
export function createQuestions(options: QuestionsOptions): Questions {
  const { store, spend, onAnswer, look } = options
  const asked = (name: string) => `${options.name}:question:${name}`
  const given = (name: string) => `${options.name}:answer:${name}`
  /** By name, the id a question has for the server, and whether others know of it. */
  const open = new Map<string, { readonly id: Id; readonly isKnown: boolean }>()
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Looks for answers for as long as there are questions. */
  function watch(): void {
    timer ??= setTimeout(async () => {
      await Promise.all([...open.keys()].map(lookFor))
      timer = undefined
      if (open.size > 0) watch()
    }, look)
  }

  async function lookFor(name: string): Promise<void> {
    const text = await store.take(given(name)).catch(() => undefined)
    const answer = text === undefined ? undefined : settle(name, JSON.parse(text) as RpcResponse)
    if (answer !== undefined) onAnswer(answer)
  }

  function settle(name: string, answer: RpcResponse): RpcResponse | undefined {
    const question = open.get(name)
    open.delete(name)
    return question && { ...answer, id: question.id }
  }

  async function ask(message: JSONRPCRequest): Promise<JSONRPCRequest> {
    const name = crypto.randomUUID()
    // Without the store it can still be answered here.
    const isKnown = spend(0) && (await store.add(asked(name), '', OPEN).catch(() => false))
    open.set(name, { id: message.id, isKnown })
    if (isKnown) watch()
    return { ...message, id: name }
  }

  function withdraw(message: JSONRPCNotification): JSONRPCNotification {
    const [name] = [...open].find(([, { id }]) => id === message.params?.requestId) ?? []
    if (name === undefined) return message
    open.delete(name)
    store.take(asked(name)).catch(() => {})
    return { ...message, params: { ...message.params, requestId: name } }
  }

  return {
    async named(message) {
      if (!('method' in message)) return message
      if ('id' in message) return ask(message)
      return message.method === CANCELLED ? withdraw(message) : message
    },

    async answered(answer) {
      const name = String(answer.id)
      const here = open.get(name)
      if (here === undefined) {
        if (!NAME.test(name) || (await store.take(asked(name))) === undefined) return undefined
        const text = JSON.stringify(answer)
        if (spend(text.length)) await store.add(given(name), text, FOUND)
        return undefined
      }
      const isFirst = !here.isKnown || (await store.take(asked(name)).catch(() => '')) !== undefined
      return isFirst ? settle(name, answer) : undefined
    },

    close() {
      open.clear()
      clearTimeout(timer)
      timer = undefined
    },
  }
}
