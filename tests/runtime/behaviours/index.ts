/** Everything that is promised on every runtime, in the order it is looked at. */
import type { Group } from './behaviour.ts'
import { changes } from './changes.ts'
import { discovery } from './discovery.ts'
import { http } from './http.ts'
import { lifetime } from './lifetime.ts'
import { pages } from './pages.ts'
import { protocol } from './protocol.ts'
import { records } from './records.ts'
import { streams } from './streams.ts'
import { tokens } from './tokens.ts'

export const GROUPS: readonly Group[] = [
  discovery,
  tokens,
  protocol,
  changes,
  http,
  streams,
  pages,
  records,
  lifetime,
]
