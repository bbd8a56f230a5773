/** Default email templates: which one mail of a kind uses when a sign-in names none. */
import { z } from 'zod'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import { quoted } from '../../mcp/untrusted.ts'
import { EMAIL_TEMPLATE_TYPES } from '../../stytch/management/email-templates.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import { checked } from './checked.ts'
import type { Declare } from './declare.ts'
import { ifThere } from './if-there.ts'

const type = z.enum(EMAIL_TEMPLATE_TYPES)
/** Published once, where it is set. */
const namedType = z.string().describe('As in setDefaultEmailTemplate')
const NAME = 'email_template_type'
const output = z.object({ template_id: z.string() })
const common = {
  toolset: 'email_templates',
  at: 'project',
  audited: ['project_id', 'project_slug', 'email_template_type', 'template_id'],
} as const

/** The default templates' part of toolset `email_templates`. */
export function defaultEmailTemplateTools({ read, change }: Declare): readonly Tool[] {
  return [
    read({
      ...common,
      name: 'getDefaultEmailTemplate',
      title: 'Look at a default email template',
      description:
        'Tells which template mail of a type uses; not_found means Stytch’s own. PREBUILT stands for all of Stytch’s own mail.',
      scopes: [READ_SETTINGS],
      operations: ['defaultEmailTemplates.get'],
      input: { email_template_type: namedType },
      output,
      async run({ email_template_type }, { stytch, where, signal }) {
        const wanted = checked(NAME, type, email_template_type)
        const template_id = await stytch.defaultEmailTemplates.get(where, wanted, { signal })
        return { summary: 'Found.', data: { template_id } }
      },
    }),
    change({
      ...common,
      name: 'setDefaultEmailTemplate',
      title: 'Set a default email template',
      description:
        'Makes a template the one that mail of a type uses, in all environments. It must be of that type.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['defaultEmailTemplates.get', 'defaultEmailTemplates.set'],
      input: { email_template_type: type, template_id: z.string() },
      output,
      async prepare({ email_template_type, template_id }, { stytch, where, signal }) {
        const before = await ifThere(
          stytch.defaultEmailTemplates.get(where, email_template_type, { signal }),
        )
        return {
          ...(before !== undefined && { before: { template_id: before } }),
          after: { template_id },
          apply: async () => {
            await stytch.defaultEmailTemplates.set(where, email_template_type, template_id, {
              signal,
            })
            return { summary: 'The default was set.', data: { template_id } }
          },
        }
      },
    }),
    change({
      ...common,
      name: 'unsetDefaultEmailTemplate',
      title: 'Go back to Stytch’s own mail',
      description:
        'Takes the default of a type away, so that Stytch’s own mail is sent again. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['defaultEmailTemplates.get', 'defaultEmailTemplates.unset'],
      input: { email_template_type: namedType },
      output: z.object({ unset: z.string() }),
      async prepare({ email_template_type }, { stytch, where, signal }) {
        // Stytch can replace the default look of its own mail, but not take it away.
        const wanted = checked(NAME, type.exclude(['PREBUILT']), email_template_type)
        const options = { signal }
        const before = await ifThere(stytch.defaultEmailTemplates.get(where, wanted, options))
        if (before === undefined) {
          throw new ToolError('not_found', 'There is no default of this type to take away.')
        }
        return {
          before: { template_id: before },
          confirm: {
            question: `Send Stytch’s own ${wanted} mail again in all environments of project ${where}, instead of template ${quoted(before)}?`,
            phrase: where,
          },
          apply: async () => {
            await stytch.defaultEmailTemplates.unset(where, wanted, options)
            return { summary: 'The default was taken away.', data: { unset: wanted } }
          },
        }
      },
    }),
  ]
}
