/** Preloaded into the test process: whatever test it was in, a secret that was said fails it. */
import { afterEach, expect } from 'bun:test'
import { leaks } from './canaries.ts'

afterEach(() => {
  expect(leaks()).toEqual([])
})
