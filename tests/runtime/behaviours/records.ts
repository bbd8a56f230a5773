/** What is written down of a request. */
import { expect } from 'bun:test'
import { verifyAudit } from '../../../src/observe/audit.ts'
import { answer, type Era } from '../../support/mcp.ts'
import { EITHER, type Group, type Subject, until, WHOAMI } from './behaviour.ts'

const BOTH: readonly Era[] = ['legacy', 'modern']

/** Records of the audit trail among the lines a server printed. */
export function auditRecords(lines: readonly string[]): Record<string, unknown>[] {
  return lines.filter((line) => line.includes('"event":"audit"')).map((line) => JSON.parse(line))
}

/** The line of a request in the log. */
function logged({ lines }: Subject, requestId: string | null) {
  return until(() => {
    const line = lines().find(
      (each) => each.includes(`"request_id":"${requestId}"`) && each.includes('"event":"request"'),
    )
    return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>)
  })
}

export const records: Group = {
  title: 'Records',
  behaviours: [
    {
      title: 'Each request has a line in the log, by the id in its answer',
      eras: BOTH,
      async holds(subject, era) {
        for (const token of [await subject.token(), undefined]) {
          const response = await subject.ask(era, 'tools/list', {}, { token })
          await response.text()
          const line = await logged(subject, response.headers.get('x-request-id'))
          const { status } = response
          expect(line).toMatchObject({ level: 'info', method: 'POST', path: '/mcp', status })
          expect(line.ms).toBeGreaterThanOrEqual(0)
        }
      },
    },
    {
      title: 'No token is in anything it prints',
      eras: BOTH,
      async holds(subject, era) {
        const tokens = [await subject.token(), await subject.token({ expires_in: -60 })]
        for (const token of tokens) {
          const response = await subject.ask(era, 'tools/call', WHOAMI, { token })
          await response.text()
          await logged(subject, response.headers.get('x-request-id'))
        }
        const printed = subject.server.output()
        for (const part of tokens.flatMap((token) => token.split('.').slice(1))) {
          expect(printed).not.toContain(part)
        }
      },
    },
    {
      title: 'A call is in the audit trail, and the trail is whole',
      eras: BOTH,
      async holds(subject, era) {
        const response = await subject.ask(era, 'tools/call', WHOAMI)
        await answer(response)
        const correlation_id = response.headers.get('x-request-id')
        const record = await until(() =>
          auditRecords(subject.lines()).find((each) => each.correlation_id === correlation_id),
        )
        expect(record).toMatchObject({
          phase: 'outcome',
          outcome: 'ok',
          tool: 'whoami',
          sub: expect.stringMatching(/^user-test-/),
        })
        expect(await verifyAudit(subject.lines())).toMatchObject({ ok: true, epochs: 1, lost: 0 })
      },
    },
    {
      title: 'Nothing went wrong that nobody asked for',
      eras: EITHER,
      async holds({ lines }) {
        const errors = lines().filter((line) => /"level":"error"|^\S*Error\b|Uncaught/.test(line))
        expect(errors).toEqual([])
      },
    },
  ],
}
