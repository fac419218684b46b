// React asks for a class here, and for nothing else in the pane.
import { Component, type ReactNode } from 'react'
import { Stumbled } from './Stumbled.tsx'

type State = { failed: boolean }

/** Keeps a fault of one screen from taking the whole pane with it. */
export class ErrorFence extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false }

  static getDerivedStateFromError(): State {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? <Stumbled /> : this.props.children
  }
}
