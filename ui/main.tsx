/**
 * Where the browser code starts, and where it gives up when the browser keeps nothing: Stytch's SDK
 * would seem to work there and forget the session at once.
 */
import { render } from 'preact'
import { App } from './app.tsx'
import { storageWorks } from './browser-storage.ts'
import { readPage } from './page.ts'
import { ProblemView } from './problem-view.tsx'

const { root, data } = readPage(document)
root.replaceChildren()
render(
  storageWorks(window) ? (
    <App data={data} />
  ) : (
    <ProblemView problem={{ code: 'storage_blocked' }} />
  ),
  root,
)
