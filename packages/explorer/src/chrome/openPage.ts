import type { Page } from '../pages.js';
import { address, go } from '../state/address.js';

/** The query that each page had when it was left. */
const left = new Map<string, string>();
let open: string | null = null;

/** The query that leads to a page: as it was left, or as it begins. */
export function pageLink({ id }: Page): string {
  return left.get(id) ?? `?page=${id}`;
}

/** Goes to a page, and remembers how the present one was left. */
export function openPage(page: Page): void {
  if (page.id === open) return;
  if (open !== null) left.set(open, location.search || `?page=${open}`);
  go(pageLink(page));
}

/** Says which page is shown. */
export function pageShown({ id }: Page): void {
  open = id;
  address.set(location.search);
}
