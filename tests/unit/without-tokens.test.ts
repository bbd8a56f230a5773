/** What looks like a token or a secret, in a text that is to be written down, and what only resembles one. */
import { describe, expect, test } from 'bun:test'
import { BLOTTED, withoutTokens } from '../../src/observe/without-tokens.ts'

describe('withoutTokens', () => {
  const kept = [
    'secret-test-10ca1577-c0de-4d44-8e57-0123456789ab',
    'https://app.test/callback?state=1',
    'Basic authentication',
    'bearer of news',
    'eyJ',
  ]
  test.each(kept)('keeps %s', (text) => expect(withoutTokens([text])).toEqual([text]))

  const blotted: readonly [string, string][] = [
    ['eyJhbGciOiJSUzI1NiJ9', BLOTTED],
    [`a eyJhbGciOiJSUzI1NiJ9.eyJ.x b`, `a ${BLOTTED} b`],
    [`bearer ${'a'.repeat(20)}`, BLOTTED],
    [`secret-live-${'a'.repeat(36)}=`, BLOTTED],
    ['secret-test-10ca1577-c0de-4d44-8e57-0123456789abcdef', BLOTTED],
  ]
  test.each(blotted)('blots %s', (text, expected) => expect(withoutTokens(text)).toBe(expected))
})
