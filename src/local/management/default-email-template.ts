/** Which templates can be the default of which mail. */
import type { EmailTemplate, EmailTemplateType } from './email-template.ts'

/** @returns true for the type a custom template is written for, or for `PREBUILT` and a prebuilt one */
export function suits(template: EmailTemplate, type: EmailTemplateType): boolean {
  if ('prebuilt_customization' in template) return type === 'PREBUILT'
  return template.custom_html_customization.template_type === type
}
