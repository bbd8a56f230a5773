/** Which email template is used for a kind of mail when a sign-in names none. */
import { z } from 'zod'
import { done } from './answer.ts'
import { type Call, type CallOptions, inProject } from './call.ts'
import type { EmailTemplateType } from './email-templates.ts'

const one = z.object({ template_id: z.string() })

/** Default templates, per project and kind of mail. */
export function defaultEmailTemplates(call: Call) {
  return Object.freeze({
    async set(
      project: string,
      type: EmailTemplateType,
      templateId: string,
      options?: CallOptions,
    ): Promise<void> {
      const body = { template_id: templateId }
      const path = at(project, type)
      await call('defaultEmailTemplates.set', { path, body, answer: done, options })
    },

    /** @returns the id of the template */
    async get(project: string, type: EmailTemplateType, options?: CallOptions): Promise<string> {
      const given = { path: at(project, type), answer: one, options }
      return (await call('defaultEmailTemplates.get', given)).template_id
    },

    /** Goes back to Stytch's own. Of `PREBUILT` that is not possible. */
    async unset(project: string, type: EmailTemplateType, options?: CallOptions): Promise<void> {
      const path = at(project, type)
      await call('defaultEmailTemplates.unset', { path, answer: done, options })
    },
  })
}

function at(project: string, type: EmailTemplateType) {
  return { ...inProject(project), email_template_type: type } as const
}
