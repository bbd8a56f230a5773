/** A tool that tells one event for each step it is allowed, and what clients make of its streams. */
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { described } from './described.ts'
import { type EventStream, type Message, readEvents, type Session } from './session-client.ts'

/** Steps of one call. */
export interface Steps {
  /** What the tool is called with. */
  readonly key: string
  /** Lets so many events pass in all, and waits until they have; one more than there are ends the call. */
  tell(count: number): Promise<void>
  /** Lets all pass that are left, and ends the call. */
  run(): void
}

/** Makes the tool `stepping`, and what makes the steps of a call of it. */
export function createStepping() {
  const calls = new Map<string, ReturnType<typeof createSteps>>()
  const tool = defineTool({
    ...described,
    name: 'stepping',
    title: 'Tells one event for each step',
    input: z.strictObject({ key: z.string() }),
    async run({ key }, { progress }) {
      const { total, permitted, done } = calls.get(key) as ReturnType<typeof createSteps>
      for (let each = 1; each <= total; each++) {
        await permitted(each)
        await progress(each, total)
        done(each)
      }
      await permitted(total + 1)
      return { summary: 'Done.' }
    },
  })
  const steps = (total: number): Steps => {
    const key = `${calls.size}`
    const made = createSteps(total)
    calls.set(key, made)
    return { key, tell: made.tell, run: made.run }
  }
  return { tool, steps }
}

function createSteps(total: number) {
  let allowed = 0
  let moved = Promise.withResolvers<void>()
  let told = 0
  let reached = Promise.withResolvers<void>()
  const allow = (count: number) => {
    allowed = count
    moved.resolve()
    moved = Promise.withResolvers()
  }
  return {
    total,
    /** Waits for the permission to tell an event; the one after the last ends the call. */
    async permitted(each: number) {
      while (allowed < each) await moved.promise
    },
    done(each: number) {
      told = each
      reached.resolve()
      reached = Promise.withResolvers()
    },
    async tell(count: number) {
      allow(count)
      while (told < Math.min(count, total)) await reached.promise
    },
    run: () => allow(total + 1),
  }
}

/** A call of a tool, by the id `mine`. */
export const call = (name: string, args: object) => ({
  jsonrpc: '2.0',
  id: 'mine',
  method: 'tools/call',
  params: { name, arguments: args, _meta: { progressToken: 'p' } },
})

/** What a client made of its events: the numbers of progress, and the end. */
export const heard = (messages: readonly Message[]) =>
  messages.map(({ id, params }) => (id === undefined ? params?.progress : id))

/** What it hears in all of a call with so many events. */
export const everything = (total: number) => [
  ...Array.from({ length: total }, (_, each) => each + 1),
  'mine',
]

/** Reads so many messages. */
export async function read(stream: EventStream, count: number): Promise<Message[]> {
  const messages: Message[] = []
  while (messages.length < count) messages.push((await stream.next()) as Message)
  return messages
}

/** Reads a stream on. */
export async function resume(session: Session, { lastEventId }: EventStream): Promise<EventStream> {
  const headers = { 'Last-Event-ID': lastEventId as string }
  return readEvents(await session.get({ headers }))
}
