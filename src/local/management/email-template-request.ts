/** A wanted email template: how it is written, and the rules it must keep. */
import { z } from 'zod'
import { ApiError } from '../errors.ts'
import {
  CUSTOM_TEMPLATE_TYPES,
  type CustomHtmlCustomization,
  type CustomTemplateType,
  type EmailTemplate,
  FONT_FAMILIES,
  type PrebuiltCustomization,
  type SenderInformation,
  TEXT_ALIGNMENTS,
} from './email-template.ts'
import { isHostname } from './hostname.ts'
import { optional, text } from './zero-values.ts'

const sender = z.object({
  from_local_part: optional(z.string()),
  from_domain: optional(z.string()),
  from_name: optional(z.string()),
  reply_to_local_part: optional(z.string()),
  reply_to_name: optional(z.string()),
})

const prebuilt = z.object({
  button_border_radius: optional(z.number()),
  button_color: optional(z.string()),
  button_text_color: optional(z.string()),
  font_family: optional(z.enum(FONT_FAMILIES)),
  text_alignment: optional(z.enum(TEXT_ALIGNMENTS)),
})

const customHtml = z.object({
  template_type: z.enum(CUSTOM_TEMPLATE_TYPES),
  html_content: text(),
  plaintext_content: text(),
  subject: text(),
})

/** Body that replaces one. */
export const emailTemplateRequest = z.object({
  name: optional(z.string()),
  sender_information: optional(sender),
  prebuilt_customization: optional(prebuilt),
  custom_html_customization: optional(customHtml),
})

/** Body that creates one. */
export const emailTemplateCreation = emailTemplateRequest.extend({ template_id: text() })

/**
 * Local Stytch plays an account whose email domains are verified, so that custom templates can be had.
 *
 * @throws ApiError of the first rule that is broken, by Stytch's own types
 */
export function emailTemplateFrom(
  template_id: string,
  { name, sender_information, ...either }: z.output<typeof emailTemplateRequest>,
): EmailTemplate {
  if (!TEMPLATE_ID.test(template_id)) throw new ApiError('invalid_template_id')
  const { prebuilt_customization, custom_html_customization } = either
  const common = { template_id, ...(name !== undefined && { name }) }
  if (sender_information) requireSender(sender_information)
  if (prebuilt_customization && !custom_html_customization) {
    requirePrebuilt(prebuilt_customization)
    return { ...common, ...(sender_information && { sender_information }), prebuilt_customization }
  }
  if (custom_html_customization && !prebuilt_customization) {
    requireCustomHtml(custom_html_customization)
    if (!sender_information?.from_domain) throw new ApiError('required_custom_email_domain')
    return { ...common, sender_information, custom_html_customization }
  }
  throw new ApiError(
    'invalid_argument',
    'Either prebuilt_customization or custom_html_customization is required, and not both.',
  )
}

/** It travels as a segment of a path. */
const TEMPLATE_ID = /^[A-Za-z0-9][\w.-]{0,127}$/

/** RFC 5322 §3.2.3, `dot-atom`. */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

function requireSender(sender: SenderInformation): void {
  const { from_local_part: from, reply_to_local_part: replyTo, from_domain: domain } = sender
  if (from !== undefined && !LOCAL_PART.test(from)) throw new ApiError('invalid_from_local_part')
  if (replyTo !== undefined && !LOCAL_PART.test(replyTo)) {
    throw new ApiError('invalid_reply_to_local_part')
  }
  if (domain !== undefined && !isHostname(domain)) {
    throw new ApiError('invalid_domain', 'from_domain must be a name, such as mail.example.com.')
  }
}

function requirePrebuilt(prebuilt: PrebuiltCustomization): void {
  const { button_border_radius: radius, button_color, button_text_color } = prebuilt
  const colors = [button_color, button_text_color].filter((color) => color !== undefined)
  if (colors.every((color) => /^#[0-9A-Fa-f]{6}$/.test(color)) && !(radius && radius < 0)) return
  throw new ApiError('invalid_template_values')
}

/**
 * What mail of a type is for, and therefore must contain. `UNLOCK` is left to its author: Stytch does not say
 * what it is called there.
 */
const REQUIRED_VARIABLES: Readonly<Record<CustomTemplateType, string | undefined>> = {
  LOGIN: 'magic_link_url',
  SIGNUP: 'magic_link_url',
  INVITE: 'magic_link_url',
  ONE_TIME_PASSCODE: 'otp_code',
  ONE_TIME_PASSCODE_SIGNUP: 'otp_code',
  RESET_PASSWORD: 'reset_password_url',
  VERIFY_EMAIL_PASSWORD_RESET: 'reset_password_url',
  UNLOCK: undefined,
}

function requireCustomHtml(custom: CustomHtmlCustomization): void {
  const { template_type, html_content, plaintext_content, subject } = custom
  if (html_content === '') throw new ApiError('invalid_email_html')
  if (plaintext_content === '') throw new ApiError('invalid_email_plaintext')
  if (subject === '') throw new ApiError('invalid_email_subject')
  const variable = REQUIRED_VARIABLES[template_type]
  if (!variable) return
  if (uses(html_content, variable) && uses(plaintext_content, variable)) return
  throw new ApiError(
    'invalid_email_template_parameters',
    `html_content and plaintext_content of ${template_type} must each have {{${variable}}}.`,
  )
}

function uses(content: string, variable: string): boolean {
  return new RegExp(`\\{\\{\\s*${variable}\\s*\\}\\}`).test(content)
}
