/** What an email template is made of: as arguments say it, as Stytch wants it, and what it must hold. */
import { z } from 'zod'
import {
  EMAIL_TEMPLATE_TYPES,
  type EmailTemplate,
  type EmailTemplateContent,
  FONT_FAMILIES,
  TEXT_ALIGNMENTS,
} from '../../stytch/management/email-templates.ts'
import { checked, invalid } from './checked.ts'
import { isOneLine } from './one-line.ts'

/** Characters. */
export const LONGEST_HTML = 50_000
export const LONGEST_PLAINTEXT = 20_000
const LONGEST_DOMAIN = 253
const LONGEST_LINE = 128

const line = z.string()

/** Arguments of creating and of changing. Sizes and forms of texts are checked, and not published. */
export const content = {
  name: line.optional(),
  senderInformation: z
    .strictObject({
      fromLocalPart: line,
      fromDomain: line,
      fromName: line,
      replyToLocalPart: line,
      replyToName: line,
    })
    .partial()
    .optional(),
  prebuiltCustomization: z
    .strictObject({
      buttonBorderRadius: z.number().min(0),
      buttonColor: line.describe('#rrggbb'),
      buttonTextColor: line,
      fontFamily: line.describe('Such as GEORGIA'),
      textAlignment: z.enum(TEXT_ALIGNMENTS),
    })
    .partial()
    .optional(),
  customHtmlCustomization: z
    .strictObject({
      templateType: z.enum(EMAIL_TEMPLATE_TYPES).exclude(['PREBUILT']),
      htmlContent: z.string().describe('With {{magic_link_url}} or its like'),
      plaintextContent: z.string(),
      subject: line,
    })
    .partial()
    .optional(),
}

/** The same, published without what is within: one tool has told it, and every word is read each time. */
const loose = z.looseObject({}).optional()
export const looseContent = {
  name: content.name,
  senderInformation: loose.describe('Members as in createEmailTemplate, as of the next two'),
  prebuiltCustomization: loose,
  customHtmlCustomization: loose,
}

/** What the arguments say. */
export type Content = z.output<z.ZodObject<typeof content>>

/**
 * Arguments published loosely, as what they must be.
 *
 * @throws {ToolError} `invalid_arguments` when they are not
 */
export function contentOf(given: z.output<z.ZodObject<typeof looseContent>>): Content {
  const exact = <Name extends keyof Content>(name: Name) =>
    checked(name, content[name], given[name]) as Content[Name]
  return {
    name: given.name,
    senderInformation: exact('senderInformation'),
    prebuiltCustomization: exact('prebuiltCustomization'),
    customHtmlCustomization: exact('customHtmlCustomization'),
  }
}

type Section = Readonly<Record<string, unknown>>

/**
 * The template the arguments make of the current one, ready to be sent.
 *
 * @throws {ToolError} `invalid_arguments` when it could not be one
 */
export function changed(current: EmailTemplate | undefined, given: Content): EmailTemplateContent {
  const { senderInformation, prebuiltCustomization, customHtmlCustomization } = given
  if (prebuiltCustomization !== undefined && customHtmlCustomization !== undefined) {
    throw invalid('Give prebuiltCustomization or customHtmlCustomization, not both.')
  }
  const { htmlContent, plaintextContent, subject } = customHtmlCustomization ?? {}
  requireLines({ name: given.name, ...senderInformation, ...prebuiltCustomization, subject })
  requireLength('htmlContent', htmlContent, LONGEST_HTML)
  requireLength('plaintextContent', plaintextContent, LONGEST_PLAINTEXT)
  requireAddress(senderInformation ?? {})
  requireLook(prebuiltCustomization ?? {})

  const name = given.name?.normalize('NFC') ?? current?.name
  const sender = merged(current?.sender_information, senderInformation)
  const prebuilt =
    customHtmlCustomization === undefined
      ? merged(current?.prebuilt_customization, prebuiltCustomization)
      : undefined
  const custom =
    prebuiltCustomization === undefined
      ? merged(current?.custom_html_customization, customHtmlCustomization)
      : undefined
  const wanted: EmailTemplateContent = {
    ...(name && { name }),
    ...(sender && { sender_information: sender }),
    ...(prebuilt && { prebuilt_customization: prebuilt }),
    ...(custom && { custom_html_customization: custom }),
  }
  requireWhole(wanted)
  return wanted
}

/** A template as these tools show it: the names of Stytch's hosted server. */
export function spelledAsHere(template: EmailTemplate): { template_id: string } & Section {
  const { template_id, name, ...sections } = template
  return {
    template_id,
    ...(name !== undefined && { name }),
    ...Object.fromEntries(
      Object.entries(sections).map(([section, members]) => [
        camelCase(section),
        Object.fromEntries(
          Object.entries(members ?? {}).map(([member, value]) => [camelCase(member), value]),
        ),
      ]),
    ),
  }
}

/** One section with what was said of it laid over; an empty text takes a member out. */
function merged(current: Section | undefined, given: Section | undefined): Section | undefined {
  if (given === undefined) return current
  const said = Object.entries(given).map(([member, value]) => [
    snakeCase(member),
    typeof value === 'string' ? value.normalize('NFC') : value,
  ])
  return Object.fromEntries(
    Object.entries({ ...current, ...Object.fromEntries(said) }).filter(([, value]) => value !== ''),
  )
}

function requireWhole({
  sender_information: sender,
  prebuilt_customization: prebuilt,
  custom_html_customization: custom,
}: EmailTemplateContent): void {
  if (prebuilt === undefined && custom === undefined) {
    throw invalid('Give prebuiltCustomization or customHtmlCustomization.')
  }
  if (custom === undefined) return
  for (const member of ['template_type', 'html_content', 'plaintext_content', 'subject'] as const) {
    if (!custom[member]) {
      throw invalid(`customHtmlCustomization.${camelCase(member)} is missing.`)
    }
  }
  if (!sender?.from_domain) {
    throw invalid('senderInformation.fromDomain is needed for mail with HTML of your own.')
  }
}

/** Most of these become headers of a mail, where a line break begins another header. */
function requireLines(texts: Section): void {
  for (const [member, text] of Object.entries(texts)) {
    if (typeof text !== 'string') continue
    if (!isOneLine(text)) {
      throw invalid(`${member} must be one line without control characters.`)
    }
    requireLength(member, text, member === 'fromDomain' ? LONGEST_DOMAIN : LONGEST_LINE)
  }
}

function requireLength(member: string, text: string | undefined, longest: number): void {
  if ((text?.length ?? 0) > longest) {
    throw invalid(`${member} must have ${longest} characters at most.`)
  }
}

/** RFC 5322 §3.2.3, `dot-atom`: no second `@`, nothing quoted. Of a local part 64 characters count. */
const LOCAL_PART = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const DOMAIN = /^(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/

function requireAddress(sender: NonNullable<Content['senderInformation']>): void {
  for (const member of ['fromLocalPart', 'replyToLocalPart'] as const) {
    if (sender[member] && !LOCAL_PART.test(sender[member])) {
      throw invalid(`senderInformation.${member} must be what stands before the @ of an address.`)
    }
  }
  if (sender.fromDomain && !DOMAIN.test(sender.fromDomain)) {
    throw invalid('senderInformation.fromDomain must be a name such as mail.example.com.')
  }
}

function requireLook(prebuilt: NonNullable<Content['prebuiltCustomization']>): void {
  for (const member of ['buttonColor', 'buttonTextColor'] as const) {
    if (prebuilt[member] && !/^#[0-9A-Fa-f]{6}$/.test(prebuilt[member])) {
      throw invalid(`prebuiltCustomization.${member} must be #rrggbb.`)
    }
  }
  if (prebuilt.fontFamily && !FONT_FAMILIES.some((known) => known === prebuilt.fontFamily)) {
    throw invalid(`prebuiltCustomization.fontFamily must be one of ${FONT_FAMILIES.join(', ')}.`)
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
