import { HelpDialog, type KeyHelp } from '../chrome/HelpDialog.js';
import { TrustParagraph } from '../trust/TrustParagraph.js';

const KEYS: KeyHelp = [
  [['↑', '↓'], 'in the diagram: the layer before and after; → unfolds a block, ← folds it, Enter shows the layer'],
  [['←', '↑', '→', '↓'], 'among the channels: go to the next; Enter opens it; Page keys, Home and End go further'],
  [['←', '↑', '→', '↓'], 'over the picture of a dot product: the position beside'],
  [[',', '.'], 'the channel before and after'],
  [['u'], 'from a channel back to its layer'],
  [['/'], 'find channels by class or label'],
];

export function MicroscopeHelp() {
  return (
    <HelpDialog title="Looking into a network" keys={KEYS}>
      <p>
        A <em>layer</em> holds channels: each is one detector, swept over the picture. For every channel there are the real
        patches that excite it most and least, patches over all of its values, a histogram, its connections, and the classes that
        it pushes. Numbers of these were measured by <code>incognita microscope</code>; the dot product is computed now, by the
        server, from the stored picture.
      </p>
      <TrustParagraph />
    </HelpDialog>
  );
}
