/**
 * Email templates: the mail Stytch sends. Arguments and answers are spelled as in Stytch's hosted server,
 * so that what one tool answers can be given to the next.
 */
import { z } from 'zod'
import { type Tool, ToolError } from '../../mcp/tool.ts'
import type { FieldPath } from '../../mcp/untrusted.ts'
import type { EmailTemplate } from '../../stytch/management/email-templates.ts'
import { MANAGE_SETTINGS, READ_SETTINGS } from '../scopes.ts'
import type { Declare } from './declare.ts'
import { defaultEmailTemplateTools } from './default-email-templates.ts'
import {
  changed,
  content,
  contentOf,
  LONGEST_HTML,
  LONGEST_PLAINTEXT,
  looseContent,
  spelledAsHere,
} from './email-template-content.ts'
import { ifThere } from './if-there.ts'
import { replacing, UNCHANGED } from './patch.ts'

const output = z.object({ email_template: z.looseObject({ template_id: z.string() }) })
const common = {
  toolset: 'email_templates',
  at: 'project',
  audited: ['project_id', 'project_slug', 'template_id'],
  long: { field: contentRule, maxSize: 192 * 1024 },
} as const

/** The tools of toolset `email_templates`. */
export function emailTemplateTools(declare: Declare): readonly Tool[] {
  const { read, change } = declare
  return [
    read({
      ...common,
      name: 'getAllEmailTemplates',
      title: 'List email templates',
      description:
        'Lists the email templates of a project, which all its environments share, without the text of custom ones.',
      scopes: [READ_SETTINGS],
      operations: ['emailTemplates.getAll'],
      input: {},
      output: z.object({ email_templates: z.array(output.shape.email_template) }),
      async run(_, { stytch, where, signal }) {
        const found = await stytch.emailTemplates.getAll(where, { signal })
        return {
          summary: `${found.length} email templates.`,
          data: { email_templates: found.map(withoutText) },
        }
      },
    }),
    read({
      ...common,
      name: 'getEmailTemplate',
      title: 'Look at an email template',
      description: 'Tells everything about one email template.',
      scopes: [READ_SETTINGS],
      operations: ['emailTemplates.get'],
      input: { template_id: z.string() },
      output,
      async run({ template_id }, { stytch, where, signal }) {
        const found = await stytch.emailTemplates.get(where, template_id, { signal })
        return {
          summary: isCut(found) ? 'Found. Its text is cut: it is too long to show.' : 'Found.',
          data: { email_template: spelledAsHere(found) },
        }
      },
    }),
    change({
      ...common,
      name: 'createEmailTemplate',
      title: 'Create an email template',
      description:
        'Creates an email template: prebuiltCustomization for Stytch’s own mail, or customHtmlCustomization, which needs senderInformation.fromDomain. Sign-ins name it, or use the default.',
      risk: 'write',
      makes: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['emailTemplates.get', 'emailTemplates.create'],
      input: { template_id: z.string(), ...content, name: content.name.unwrap() },
      output,
      async prepare({ template_id, ...given }, { stytch, where, signal }) {
        const taken = await ifThere(stytch.emailTemplates.get(where, template_id, { signal }))
        if (taken !== undefined) {
          throw new ToolError(
            'conflict',
            'There is an email template with this template_id. Choose another, or call updateEmailTemplate.',
          )
        }
        const wanted = changed(undefined, given)
        return {
          after: spelledAsHere({ template_id, ...wanted }),
          apply: async () => ({
            summary: 'The email template was created.',
            data: {
              email_template: withoutText(
                await stytch.emailTemplates.create(where, { template_id, ...wanted }, { signal }),
              ),
            },
          }),
        }
      },
    }),
    change({
      ...common,
      name: 'updateEmailTemplate',
      title: 'Change an email template',
      description:
        'Changes an email template for all environments. What is left out stays; an empty text removes.',
      risk: 'write',
      idempotent: true,
      scopes: [MANAGE_SETTINGS],
      operations: ['emailTemplates.get', 'emailTemplates.update'],
      input: { template_id: z.string(), ...looseContent },
      output,
      async prepare({ template_id, ...given }, { stytch, where, signal }) {
        const { before, after, changes, replace } = await replacing<EmailTemplate>({
          read: () => stytch.emailTemplates.get(where, template_id, { signal }),
          change: (current) => ({ template_id, ...changed(current, contentOf(given)) }),
          write: ({ template_id: _, ...wanted }) =>
            stytch.emailTemplates.update(where, template_id, wanted, { signal }),
        })
        return {
          before: spelledAsHere(before),
          after: spelledAsHere(after),
          apply: async () => {
            const { document } = await replace()
            return {
              summary: changes.length === 0 ? UNCHANGED : 'The email template was changed.',
              data: { email_template: withoutText(document) },
            }
          },
        }
      },
    }),
    change({
      ...common,
      name: 'deleteEmailTemplate',
      title: 'Delete an email template',
      description:
        'Deletes an email template from all environments; a default one cannot be. A person must confirm.',
      risk: 'destructive',
      scopes: [MANAGE_SETTINGS],
      operations: ['emailTemplates.get', 'emailTemplates.delete'],
      input: { template_id: z.string() },
      output: z.object({ deleted: z.string() }),
      async prepare({ template_id }, { stytch, where, signal }) {
        const before = await stytch.emailTemplates.get(where, template_id, { signal })
        return {
          before: spelledAsHere(before),
          confirm: {
            question: `Delete email template ${template_id} of project ${where}, in all its environments? Sign-ins that name it fail.`,
            phrase: template_id,
          },
          apply: async () => {
            await stytch.emailTemplates.delete(where, template_id, { signal })
            return { summary: 'The email template was deleted.', data: { deleted: template_id } }
          },
        }
      },
    }),
    ...defaultEmailTemplateTools(declare),
  ]
}

function contentRule(path: FieldPath) {
  switch (path.at(-1)) {
    case 'htmlContent':
      return { max: LONGEST_HTML, lines: true }
    case 'plaintextContent':
      return { max: LONGEST_PLAINTEXT, lines: true }
    default:
      return undefined
  }
}

/** A list of whole mails would not fit, and after a change everybody knows what was sent. */
function withoutText({ custom_html_customization: custom, ...template }: EmailTemplate) {
  const { html_content: _, plaintext_content: __, ...rest } = custom ?? {}
  return spelledAsHere({ ...template, ...(custom && { custom_html_customization: rest }) })
}

/** Whether it is longer than what is shown: given back to an update, it would lose its end. */
function isCut({ custom_html_customization: custom }: EmailTemplate): boolean {
  return (
    (custom?.html_content?.length ?? 0) > LONGEST_HTML ||
    (custom?.plaintext_content?.length ?? 0) > LONGEST_PLAINTEXT
  )
}
