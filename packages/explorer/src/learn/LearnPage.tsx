import { useOffers } from '../data/useOffers.js';

/** The page Learn: training runs. */
export default function LearnPage() {
  const { runs } = useOffers();
  return (
    <main className="page" id="content" tabIndex={-1}>
      <h1>{runs.length === 1 ? runs[0]!.name : `${runs.length} runs`}</h1>
    </main>
  );
}
