/** Every kind of content a tool can answer with. */
import type { Tool } from '../../../src/index.ts'
import { fixtureTool, says } from './fixture-tool.ts'
import { PNG, WAV } from './samples.ts'

const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const

export const contentTools: readonly Tool[] = [
  fixtureTool('test_simple_text', 'Answers with one text.', () =>
    says('This is a simple text response for testing.'),
  ),
  fixtureTool('test_image_content', 'Answers with one image.', () => ({ content: [image] })),
  fixtureTool('test_audio_content', 'Answers with one sound.', () => ({
    content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  })),
  fixtureTool('test_embedded_resource', 'Answers with one resource.', () => ({
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  })),
  fixtureTool('test_multiple_content_types', 'Answers with text, image and resource.', () => ({
    summary: 'Multiple content types test:',
    content: [
      image,
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  })),
]
