/** Templates of the mail Stytch sends. They belong to a project, and so to all its environments. */
import { z } from 'zod'
import { done, list, maybe, type Word, word } from './answer.ts'
import { type Call, type CallOptions, inProject } from './call.ts'

export const EMAIL_TEMPLATE_TYPES = [
  'LOGIN',
  'SIGNUP',
  'INVITE',
  'RESET_PASSWORD',
  'ONE_TIME_PASSCODE',
  'ONE_TIME_PASSCODE_SIGNUP',
  'VERIFY_EMAIL_PASSWORD_RESET',
  'UNLOCK',
  'PREBUILT',
] as const
export const FONT_FAMILIES = [
  'ARIAL',
  'BRUSH_SCRIPT_MT',
  'COURIER_NEW',
  'GEORGIA',
  'HELVETICA',
  'TAHOMA',
  'TIMES_NEW_ROMAN',
  'TREBUCHET_MS',
  'VERDANA',
] as const
export const TEXT_ALIGNMENTS = ['LEFT', 'CENTER'] as const

export type EmailTemplateType = (typeof EMAIL_TEMPLATE_TYPES)[number]
type FontFamily = (typeof FONT_FAMILIES)[number]
type TextAlignment = (typeof TEXT_ALIGNMENTS)[number]

const senderInformation = z.object({
  from_local_part: maybe(z.string()),
  from_domain: maybe(z.string()),
  from_name: maybe(z.string()),
  reply_to_local_part: maybe(z.string()),
  reply_to_name: maybe(z.string()),
})

const prebuiltCustomization = z.object({
  button_border_radius: maybe(z.number()),
  button_color: maybe(z.string()),
  button_text_color: maybe(z.string()),
  font_family: maybe(word<FontFamily>()),
  text_alignment: maybe(word<TextAlignment>()),
})

const customHTMLCustomization = z.object({
  template_type: maybe(word<EmailTemplateType>()),
  html_content: maybe(z.string()),
  plaintext_content: maybe(z.string()),
  subject: maybe(z.string()),
})

const emailTemplate = z.object({
  template_id: z.string(),
  name: maybe(z.string()),
  sender_information: maybe(senderInformation),
  prebuilt_customization: maybe(prebuiltCustomization),
  custom_html_customization: maybe(customHTMLCustomization),
})

export type EmailTemplate = z.output<typeof emailTemplate>

/** Who mail says it is from, and where answers go. */
export interface SenderInformation {
  /** Before the `@`. */
  readonly from_local_part?: string | undefined
  /** After the `@`. */
  readonly from_domain?: string | undefined
  readonly from_name?: string | undefined
  readonly reply_to_local_part?: string | undefined
  readonly reply_to_name?: string | undefined
}

/** Looks of Stytch's own mail. */
export interface PrebuiltCustomization {
  /** Pixels. */
  readonly button_border_radius?: number | undefined
  /** `#rrggbb`, as the next. */
  readonly button_color?: string | undefined
  readonly button_text_color?: string | undefined
  readonly font_family?: Word<FontFamily> | undefined
  readonly text_alignment?: Word<TextAlignment> | undefined
}

/** Mail written from scratch. */
export interface CustomHTMLCustomization {
  readonly template_type?: Word<EmailTemplateType> | undefined
  readonly html_content?: string | undefined
  readonly plaintext_content?: string | undefined
  readonly subject?: string | undefined
}

/** Exactly one of the two customizations. */
export interface EmailTemplateContent {
  readonly name?: string | undefined
  /** Required with `custom_html_customization`. */
  readonly sender_information?: SenderInformation | undefined
  readonly prebuilt_customization?: PrebuiltCustomization | undefined
  readonly custom_html_customization?: CustomHTMLCustomization | undefined
}

export interface NewEmailTemplate extends EmailTemplateContent {
  /** Never changes. */
  readonly template_id: string
}

const one = z.object({ email_template: emailTemplate })
const all = z.object({ email_templates: list(emailTemplate) })

/** Email templates of a project, by their ids. */
export function emailTemplates(call: Call) {
  return Object.freeze({
    async create(
      project: string,
      body: NewEmailTemplate,
      options?: CallOptions,
    ): Promise<EmailTemplate> {
      const isAbout = is(body.template_id)
      const given = { path: inProject(project), body, answer: one, isAbout, options }
      return (await call('emailTemplates.create', given)).email_template
    },

    async getAll(project: string, options?: CallOptions): Promise<readonly EmailTemplate[]> {
      const given = { path: inProject(project), answer: all, options }
      return (await call('emailTemplates.getAll', given)).email_templates
    },

    async get(project: string, templateId: string, options?: CallOptions): Promise<EmailTemplate> {
      const given = { path: at(project, templateId), answer: one, isAbout: is(templateId), options }
      return (await call('emailTemplates.get', given)).email_template
    },

    async update(
      project: string,
      templateId: string,
      body: EmailTemplateContent,
      options?: CallOptions,
    ): Promise<EmailTemplate> {
      const path = at(project, templateId)
      const given = { path, body, answer: one, isAbout: is(templateId), options }
      return (await call('emailTemplates.update', given)).email_template
    },

    async delete(project: string, templateId: string, options?: CallOptions): Promise<void> {
      const path = at(project, templateId)
      await call('emailTemplates.delete', { path, answer: done, options })
    },
  })
}

function at(project: string, templateId: string) {
  return { ...inProject(project), template_id: templateId } as const
}

function is(templateId: string) {
  return (answer: z.output<typeof one>) => answer.email_template.template_id === templateId
}
