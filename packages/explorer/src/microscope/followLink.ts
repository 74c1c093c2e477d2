import { go } from '../state/address.js';

/** Follows a link of this page without loading it anew; clicks that ask for another tab are left to the browser. */
export function followLink(event: React.MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(event.currentTarget.search);
}
