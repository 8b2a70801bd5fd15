import { Component, type ReactNode } from 'react';
import i18next from 'i18next';
import { ErrorState } from '../ui/ErrorState.tsx';

interface Props {
  readonly children: ReactNode;
  /** A new value tries again: the address, so that another view opens although this one broke. */
  readonly resetKey: string;
}

interface State {
  readonly error: Error | null;
  readonly key: string;
}

/** A mistake in one view leaves the rest of the window standing. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, key: this.props.resetKey };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.key ? null : { error: null, key: props.resetKey };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorState
        message={i18next.t('app:error.view')}
        safe={i18next.t('app:error.viewSafe')}
        tryThis={i18next.t('app:error.viewTry')}
        details={`${error.name}: ${error.message}\n${error.stack ?? ''}`}
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}
