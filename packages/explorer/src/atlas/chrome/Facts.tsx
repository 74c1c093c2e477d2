import type { LayerAtlas } from '@incognita/workspace/schema';
import type { ReactNode } from 'react';
import { Dialog } from '../../chrome/Dialog.js';
import { closeDialog, dialogStore } from '../../state/dialog.js';
import { useStore } from '../../state/store.js';
import { formatBytes, formatCount } from '../../ui/format.js';
import { useAtlas } from '../state/AtlasContext.js';

type Fact = readonly [name: string, value: ReactNode];

/** Everything that the workspace says about how it was made. */
export function Facts() {
  const open = useStore(dialogStore, (dialog) => dialog === 'facts');
  const { manifest, shown } = useAtlas();
  const { model, preprocessing, dataset, classes } = manifest;
  return (
    <Dialog open={open} onClose={closeDialog} title="How this was made">
      <p className="quiet">All of this is stored in the workspace by the run that made it; the page computes none of it.</p>
      <h3>Model</h3>
      <List
        facts={[
          ['Name', model.name],
          ['File', `${model.file}, ${formatBytes(model.bytes)}`],
          ['Parameters', formatCount(model.parameters)],
          ['Made by', model.producer || 'not said in the file'],
          ['SHA-256', <code key="sha">{model.sha256}</code>],
          [
            'Classes',
            classes
              ? `${formatCount(classes.names.length)}, names from ${classes.source}`
              : 'none: the model has no class scores',
          ],
        ]}
      />
      <h3>Pictures</h3>
      <List
        facts={[
          ['Set', `${dataset.name}, ${formatCount(dataset.pictures.length)} used`],
          ['Prepared', preprocessing.statement],
          ['Values from', preprocessing.source],
          ['Skipped', dataset.skipped.length === 0 ? 'none' : formatCount(dataset.skipped.length)],
        ]}
      />
      {dataset.skipped.length > 0 && (
        <ul>
          {dataset.skipped.map(({ file, reason }) => (
            <li key={file}>
              <code>{file}</code>: {reason}
            </li>
          ))}
        </ul>
      )}
      <h3>Map of {shown.layer.layer}</h3>
      <List facts={layerFacts(shown.layer)} />
      <h3>Run</h3>
      <List
        facts={[
          ['Preset', manifest.preset],
          ['Seed', manifest.seed],
          ['Made with', manifest.generator],
          ['State', manifest.complete ? 'complete' : 'not complete'],
        ]}
      />
    </Dialog>
  );
}

function layerFacts(layer: LayerAtlas): Fact[] {
  const { umap, whitening } = layer;
  return [
    ['Tensor', <code key="tensor">{layer.tensor}</code>],
    ['Activations', `${formatCount(layer.activations)} sampled; ${formatCount(layer.outside)} left off the map as outliers`],
    ['Layout', `UMAP: ${umap.neighbors} neighbours, minimum distance ${umap.minDist}, ${umap.metric}, ${umap.epochs} epochs`],
    [
      'Whitening',
      whitening
        ? `condition number ${whitening.conditionNumber.toPrecision(3)}, ridge ${whitening.ridgeRatio} of the mean eigenvalue`
        : 'none',
    ],
    ['Receptive field', `${layer.receptiveFieldPx} px of the input, a step every ${layer.stridePx} px`],
  ];
}

function List({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
