/** What an email template is made of, as Stytch's management API spells it. */

/** Which mail a custom template is written for. */
export const CUSTOM_TEMPLATE_TYPES = [
  'LOGIN',
  'SIGNUP',
  'INVITE',
  'RESET_PASSWORD',
  'ONE_TIME_PASSCODE',
  'ONE_TIME_PASSCODE_SIGNUP',
  'VERIFY_EMAIL_PASSWORD_RESET',
  'UNLOCK',
] as const

/** Every kind of mail that can have a default template. `PREBUILT` stands for all of Stytch's own. */
export const EMAIL_TEMPLATE_TYPES = [...CUSTOM_TEMPLATE_TYPES, 'PREBUILT'] as const

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

export type CustomTemplateType = (typeof CUSTOM_TEMPLATE_TYPES)[number]
export type EmailTemplateType = (typeof EMAIL_TEMPLATE_TYPES)[number]

/** Who mail says it is from, and where answers go. */
export interface SenderInformation {
  readonly from_local_part?: string
  readonly from_domain?: string
  readonly from_name?: string
  readonly reply_to_local_part?: string
  readonly reply_to_name?: string
}

/** Looks of Stytch's own mail. */
export interface PrebuiltCustomization {
  /** Pixels. */
  readonly button_border_radius?: number
  /** `#rrggbb`. */
  readonly button_color?: string
  /** `#rrggbb`. */
  readonly button_text_color?: string
  readonly font_family?: (typeof FONT_FAMILIES)[number]
  readonly text_alignment?: (typeof TEXT_ALIGNMENTS)[number]
}

/** A mail written from scratch. */
export interface CustomHtmlCustomization {
  readonly template_type: CustomTemplateType
  readonly html_content: string
  readonly plaintext_content: string
  readonly subject: string
}

interface Common {
  /** Chosen by who creates it; never changes. */
  readonly template_id: string
  readonly name?: string
}

/** Has exactly one of the two customizations. */
export type EmailTemplate =
  | (Common & {
      readonly sender_information?: SenderInformation
      readonly prebuilt_customization: PrebuiltCustomization
    })
  | (Common & {
      readonly sender_information: SenderInformation
      readonly custom_html_customization: CustomHtmlCustomization
    })
