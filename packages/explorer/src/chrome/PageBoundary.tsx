import { Component, type ReactNode } from 'react';
import { Message } from './Message.js';

/** Says what broke a page, or that its code could not be loaded; the header goes on working. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Message title="This page has failed">
        <p>{error.message}</p>
        <p>Load it again; if it fails again, please report it with this text and the browser's console.</p>
      </Message>
    );
  }
}
