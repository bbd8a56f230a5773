/**
 * Where the browser code of the sign-in and consent pages starts. Pages with a script of their own load
 * this one for its exports.
 */
import { App } from './app.tsx'
import { readPage } from './page.ts'
import { start } from './start.tsx'

export * from './shared.ts'

const page = readPage(document)
if (page.root.dataset.script === undefined) start(page, <App data={page.data} />)
