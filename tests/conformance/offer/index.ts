/** Everything the conformance suite asks a server to offer. */
import type { Offer } from '../../../src/index.ts'
import { askingTools } from './asking-tools.ts'
import { capabilityTools } from './capability-tools.ts'
import { contentTools } from './content-tools.ts'
import { guarded } from './guarded.ts'
import { prompts } from './prompts.ts'
import { resources, templates } from './resources.ts'
import { roundTools } from './round-tools.ts'
import { runningTools } from './running-tools.ts'
import { schemaTools } from './schema-tools.ts'

export const offer: Offer = {
  tools: [
    ...contentTools,
    ...runningTools,
    ...askingTools,
    ...roundTools,
    ...capabilityTools,
    ...schemaTools,
    ...guarded.tools,
  ],
  resources: [...resources, ...guarded.resources],
  templates: [...templates, ...guarded.templates],
  prompts: [...prompts, ...guarded.prompts],
}
