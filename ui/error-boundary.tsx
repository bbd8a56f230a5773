/**
 * Catches a component that throws while rendering, ours or Stytch's, so that the page says so.
 */
import { Component, type ComponentChildren } from 'preact'
import { ProblemView } from './problem-view.tsx'

/** Shows `page_failed` instead of its children once one of them has thrown. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false }

  static override getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    return this.state.broken ? (
      <ProblemView problem={{ code: 'page_failed' }} />
    ) : (
      this.props.children
    )
  }
}
