import type { Offers } from '@incognita/workspace/schema';
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import { Header } from './chrome/Header.js';
import { Message } from './chrome/Message.js';
import { openPage, pageShown } from './chrome/openPage.js';
import { PageBoundary } from './chrome/PageBoundary.js';
import { PagesDialog } from './chrome/PagesDialog.js';
import { Skeleton } from './chrome/Skeleton.js';
import { useKeys } from './chrome/useKeys.js';
import { watchOffers } from './data/offers.js';
import { OffersContext } from './data/useOffers.js';
import { PAGES, type Page } from './pages.js';
import { address, pageOf } from './state/address.js';
import { closeDialog, dialogStore } from './state/dialog.js';
import { useStore } from './state/store.js';
import { toggleTheme } from './state/theme.js';

const COMPONENTS = new Map<string, ComponentType>(PAGES.map(({ id, load }) => [id, lazy(load)]));

/** The shell: finds out what lies here, and shows the page that the address names, or the first that can be filled. */
export function App() {
  const [offers, setOffers] = useState<Offers | null>(null);
  useEffect(() => watchOffers(setOffers), []);
  return offers === null ? <Skeleton /> : <Shell offers={offers} />;
}

function Shell({ offers }: { offers: Offers }) {
  const asked = useStore(address, pageOf);
  const offered = PAGES.filter(({ lacks }) => lacks(offers) === null);
  const page =
    PAGES.find(({ id }) => id === asked) ?? offered.find(({ first }) => first?.(offers) ?? true) ?? offered[0] ?? PAGES[0]!;
  const lacks = page.lacks(offers);
  useEffect(() => {
    pageShown(page);
    closeDialog();
    document.title = `${page.name} · Incognita`;
  }, [page]);
  useKeys({
    t: toggleTheme,
    '?': () => dialogStore.set('help'),
    ...Object.fromEntries(PAGES.map((entry, i) => [String(i + 1), () => offered.includes(entry) && openPage(entry)])),
  });
  const skip = page.skip ?? { to: '#content', text: 'Skip to the content' };
  const Content = COMPONENTS.get(page.id)!;
  return (
    <OffersContext value={offers}>
      <a className="skip-link" href={skip.to}>
        {skip.text}
      </a>
      {offered.length > 0 && <Header page={page} offered={offered} />}
      <PagesDialog offers={offers} />
      {lacks === null ? (
        <PageBoundary key={page.id}>
          <Suspense fallback={<Skeleton />}>
            <Content />
          </Suspense>
        </PageBoundary>
      ) : (
        <Absent page={page} lacks={lacks} nothing={offered.length === 0} />
      )}
    </OffersContext>
  );
}

function Absent({ page, lacks, nothing }: { page: Page; lacks: string; nothing: boolean }) {
  const [why, command] = lacks.split(/: (?=npx )/);
  return nothing ? (
    <Message title="There is nothing here yet">
      <p>This page shows the folder that it lies in, and found no atlas, training run or decoder of text beside it. Make one:</p>
      <pre>{'npx incognita atlas model.onnx pictures/ --open\nnpx incognita train lenet5 pictures/ --out runs/mine --open'}</pre>
      <p>The page looks again every two seconds.</p>
    </Message>
  ) : (
    <Message title={`${page.name} has nothing to show here`}>
      <p>
        This page shows {page.shows}. {why}
        {command ? ':' : ''}
      </p>
      {command && <pre>{command}</pre>}
    </Message>
  );
}
