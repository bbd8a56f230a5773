/** Notes, each person's own: reading takes one scope, writing another, and apps are asked for it when they write. */
import { createApp, defineTool } from 'stytch-mcp'
import { z } from 'zod'

/** By Stytch id of the person. Your database goes here. */
const notes = new Map<string, string[]>()

const addNote = defineTool({
  name: 'addNote',
  title: 'Add a note',
  description: 'Keeps a note for the signed-in person. Nobody else can read it.',
  toolset: 'notes',
  risk: 'write',
  scopes: ['write:notes'],
  input: z.strictObject({ text: z.string().min(1).max(1000).describe('The note, as it is kept') }),
  output: z.object({ count: z.number() }),
  async run({ text }, { principal }) {
    const mine = [...(notes.get(principal.subject) ?? []), text]
    notes.set(principal.subject, mine)
    return { summary: 'The note is kept.', data: { count: mine.length } }
  },
})

const listNotes = defineTool({
  name: 'listNotes',
  title: 'List notes',
  description: 'Reads all notes of the signed-in person, the oldest first.',
  toolset: 'notes',
  risk: 'read',
  scopes: ['read:notes'],
  input: z.strictObject({}),
  output: z.object({ notes: z.array(z.string()) }),
  async run(_, { principal }) {
    return { data: { notes: notes.get(principal.subject) ?? [] } }
  },
})

export default createApp({
  env: process.env,
  tools: [addNote, listNotes],
  identity: { name: 'notes', title: 'Notes', version: '1.0.0' },
})
