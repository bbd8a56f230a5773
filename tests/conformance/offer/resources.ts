/** Resources the suite reads, and one it subscribes to. */
import {
  type DeclaredTemplate,
  defineResource,
  defineResourceTemplate,
  type Resource,
} from '../../../src/index.ts'
import { PNG, SCOPES } from './samples.ts'

const text = (mimeType: string, words: string) => ({ mimeType, text: words })

export const resources: readonly Resource[] = [
  defineResource({
    uri: 'test://static-text',
    name: 'static-text',
    title: 'Text',
    description: 'A text that never changes.',
    mimeType: 'text/plain',
    scopes: SCOPES,
    read: async () => text('text/plain', 'This is the content of the static text resource.'),
  }),
  defineResource({
    uri: 'test://static-binary',
    name: 'static-binary',
    title: 'Bytes',
    description: 'An image that never changes.',
    mimeType: 'image/png',
    scopes: SCOPES,
    read: async () => ({ mimeType: 'image/png', blob: PNG }),
  }),
  defineResource({
    uri: 'test://watched-resource',
    name: 'watched-resource',
    title: 'Watched',
    description: 'A text to subscribe to.',
    mimeType: 'text/plain',
    scopes: SCOPES,
    read: async () => text('text/plain', 'Watched resource content'),
  }),
]

export const templates: readonly DeclaredTemplate[] = [
  defineResourceTemplate({
    uriTemplate: 'test://template/{id}/data',
    name: 'template',
    title: 'Data by id',
    description: 'Data that repeats its id.',
    mimeType: 'application/json',
    scopes: SCOPES,
    read: async ({ id }) =>
      text('application/json', JSON.stringify({ id, templateTest: true, data: `Data for ${id}` })),
  }),
]
