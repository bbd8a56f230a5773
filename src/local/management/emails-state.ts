/** Email templates of a project. They belong to the project, not to one of its environments. */
import type { EmailTemplate, EmailTemplateType } from './email-template.ts'

export interface Emails {
  /** By `template_id`, in order of creation. */
  readonly templates: Map<string, EmailTemplate>
  /** Which template mail of a kind uses, by `template_id`; Stytch's own looks where there is none. */
  readonly defaults: Map<EmailTemplateType, string>
}

/** @returns a project's email templates before anyone made one */
export function newEmails(): Emails {
  return { templates: new Map(), defaults: new Map() }
}
