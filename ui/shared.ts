/**
 * What pages with a script of their own take from this one: the script of the sign-in and consent pages
 * exports it. Names are the interface, so none may stand for two things.
 */
export { useEffect, useRef, useState } from 'preact/hooks'
// What JSX becomes.
export { Fragment, jsx, jsxs } from 'preact/jsx-runtime'
export { Account } from './account.tsx'
export { useClickGuard } from './authorize/click-guard.ts'
export { Card, Emblem } from './card.tsx'
export { ErrorBoundary } from './error-boundary.tsx'
export { readPage } from './page.ts'
export { SUBMIT_PATIENCE, within } from './patience.ts'
export { ProblemView } from './problem-view.tsx'
export { SignIn } from './sign-in.tsx'
export { start } from './start.tsx'
export { Starting } from './starting.tsx'
export { createClient } from './stytch/client.ts'
export { useReadiness } from './stytch/readiness.ts'
export { WithStytch } from './stytch/with-stytch.tsx'
