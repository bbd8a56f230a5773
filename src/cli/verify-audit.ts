/**
 * `npm run verify-audit < server.log`: reads an audit trail again and says whether every record is as it
 * was written and none before the last is missing. Ends with status 1 where one is not.
 */

import process from 'node:process'
import { createInterface } from 'node:readline'
import { type AuditProblem, verifyAudit } from '../observe/audit.ts'

const SAYS: Record<AuditProblem, string> = {
  unreadable: 'is no record any more',
  edited: 'is not as it was written',
  repeated: 'has been there before',
  missing: 'follows a record that is not there',
  unlinked: 'does not follow the record before it',
  unsealed: 'is vouched for by no record after it',
}

const verdict = await verifyAudit(createInterface({ input: process.stdin }))
if (verdict.ok) {
  const { records, epochs, lost } = verdict
  const missing =
    lost === 0 ? '' : ` ${lost} more are known to be lost: the sink did not take them.`
  const of = epochs === 1 ? '1 run' : `${epochs} runs`
  process.stdout.write(`${records} records of ${of}, all in order.${missing}\n`)
} else {
  const { line, since, problem } = verdict
  const where = since === undefined ? `Line ${line}` : `A record in lines ${since} to ${line}`
  process.stdout.write(`${where} ${SAYS[problem]}.\n`)
  process.exitCode = 1
}
