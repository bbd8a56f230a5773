/** What trails of tests are about, and a trail as servers have it. */
import { expect } from 'bun:test'
import fc from 'fast-check'
import { type Audit, type AuditSink, createAudit, verifyAudit } from '../../src/observe/audit.ts'
import { createLineWriter } from '../../src/runtime/line-writer.ts'
import { nativePlatform } from '../../src/runtime/native-platform.ts'

/** Of their digests. */
export const KEY = new Uint8Array(32).fill(7)

/** Somebody who calls. */
export const principal = {
  issuer: 'https://stytch.test/project-test-1',
  subject: 'user-test-1',
  clientId: 'connected-app-test-1',
}

/** A trail whose records are made when they are written, many together. */
export interface LateTrail {
  readonly audit: Audit
  /** What was written. */
  readonly lines: readonly string[]
  /** Writes what was taken. */
  flush(): void
  /** Takes another line between the records. */
  print(line: string): void
}

/**
 * Makes one on a line writer, as servers have it.
 *
 * @param options.write instead of keeping lines
 */
export function lateTrail(
  options: {
    readonly epoch?: string
    readonly now?: () => number
    readonly write?: (text: string) => void
  } = {},
): LateTrail {
  const { epoch = 'one', now = Date.now } = options
  const lines: string[] = []
  const keep = (text: string) => void lines.push(...text.trimEnd().split('\n'))
  const { print, later, flush } = createLineWriter(options.write ?? keep)
  const sink: AuditSink = { append: print, later, flush }
  const { digests } = nativePlatform
  return { audit: createAudit({ sink, key: KEY, epoch, now, digests }), lines, flush, print }
}

/** Changes characters of records, one at a time, and expects each change to be found. */
export async function findsEveryChange(lines: readonly string[], seed: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(lines.length - 1),
      fc.nat(),
      fc.integer({ min: 0x20, max: 0x7e }).map((unit) => String.fromCharCode(unit)),
      async (number, position, to) => {
        const line = lines[number] as string
        const at = position % line.length
        fc.pre(line[at] !== to)
        const tampered = lines.with(number, line.slice(0, at) + to + line.slice(at + 1))
        const verdict = await verifyAudit(tampered)
        // What no longer says that it is a record is as good as cut off: only the count tells.
        expect(verdict.ok && verdict.records === lines.length).toBe(false)
      },
    ),
    { seed, numRuns: 300 },
  )
}
