/**
 * Lets the Stytch components keep their styles under `style-src 'self'`: their injector adds a
 * `<style>` element, which that policy blocks; a constructed stylesheet is script, and is allowed.
 */
import type { Plugin } from 'esbuild'
import { replaceModule } from './replace-module.ts'

const INJECTOR = /@stytch\/react\/dist\/esm\/internal\/style-injector\/src\/index\.mjs$/
const EXPORTS = ['collectCss', 'injectCssIntoNode', 'injectGlobalStyle']

// `injectCssIntoNode` serves the SDK's shadow DOM option only, which the pages do not use.
const REPLACEMENT = `
const sheet = new CSSStyleSheet()
let collected = ''
let adopted = false
export function collectCss(css) {
  collected += css + '\\n'
  if (adopted) sheet.replaceSync(collected)
}
export function injectCssIntoNode() {
  throw new Error('Shadow DOM is not supported by these pages.')
}
export function injectGlobalStyle() {
  if (adopted) return
  adopted = true
  sheet.replaceSync(collected)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}
`

/** The esbuild plugin that swaps the SDK's style injector. */
export function adoptStytchStyles(): Plugin {
  return replaceModule('adopt-stytch-styles', INJECTOR, (source) =>
    EXPORTS.every((name) => source.includes(name)) ? REPLACEMENT : null,
  )
}
