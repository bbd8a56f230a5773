/**
 * The headers of everything people see. A consent page is worth framing, sniffing, caching and
 * referring to for an attacker only; so none of it is possible, on error pages no more than on others.
 *
 * @see RFC 9700 §4.16 (clickjacking), §4.2.4 (referrer leaks)
 */
import type { Config } from '../config.ts'

/** Whether a document runs our script, or must not run any. */
export type Scripting = 'app' | 'none'

const PERMISSIONS = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'usb',
  'xr-spatial-tracking',
]

/**
 * Headers for an HTML document.
 *
 * `Cross-Origin-Opener-Policy` also severs `window.opener`, on purpose: a page that opened this one in
 * a pop-up can neither watch it nor steer it.
 */
export function documentHeaders(config: Config, scripting: Scripting): Record<string, string> {
  return {
    ...commonHeaders(config),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy(config, scripting),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': PERMISSIONS.map((feature) => `${feature}=()`).join(', '),
    'X-Frame-Options': 'DENY',
  }
}

/** Headers for anything the pages answer with. */
export function commonHeaders(config: Config): Record<string, string> {
  return {
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...(config.publicUrl.startsWith('https:') && {
      'Strict-Transport-Security': 'max-age=31536000',
    }),
  }
}

/**
 * No inline script or style, no other origin but the Stytch API, no frame, no form, no base.
 * The session cookies are readable by script (the Stytch SDK writes them), so this policy and Trusted
 * Types are what keeps them ours.
 */
function contentSecurityPolicy(config: Config, scripting: Scripting): string {
  const directives = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  if (scripting === 'app') {
    directives.push("script-src 'self'", `connect-src ${new URL(config.stytch.browserApi).origin}`)
  }
  return directives.join('; ')
}
