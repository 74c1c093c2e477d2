import { Combobox } from '@base-ui/react/combobox';
import { useMemo } from 'react';
import './Search.css';
import { Icon } from '../../chrome/icons.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import type { Filter } from '../state/urlState.js';

interface Entry {
  readonly value: Filter;
  readonly label: string;
}

const LIMIT = 60;

/** Typeahead over all classes of the model and all labels of the pictures. */
export function Search() {
  const { store, manifest } = useAtlas();
  const filter = useAtlasState((s) => s.filter);
  const entries = useMemo<Entry[]>(() => {
    const classes = (manifest.classes?.names ?? []).map((name) => ({ value: { kind: 'class' as const, name }, label: name }));
    const labels = [...new Set(manifest.dataset.pictures.flatMap((p) => p.label ?? []))];
    const all = [...classes, ...labels.map((name) => ({ value: { kind: 'label' as const, name }, label: name }))];
    // By name, so that a class and the pictures that carry its name stand together.
    return all.sort((x, y) => x.label.localeCompare(y.label, 'en') || x.value.kind.localeCompare(y.value.kind));
  }, [manifest.classes, manifest.dataset.pictures]);
  const value = entries.find((e) => e.value.kind === filter?.kind && e.label === filter.name) ?? null;
  return (
    <Combobox.Root
      items={entries}
      value={value}
      limit={LIMIT}
      autoHighlight
      onValueChange={(entry: Entry | null) => store.set((s) => ({ ...s, filter: entry?.value ?? null }))}
    >
      <Combobox.InputGroup className="search">
        <Icon name="search" />
        <Combobox.Input id="search" aria-label="Find a class or a label" placeholder="Find a class or a label" />
        <Combobox.Clear aria-label="Show all cells again">
          <Icon name="close" />
        </Combobox.Clear>
      </Combobox.InputGroup>
      <Combobox.Portal>
        <Combobox.Positioner className="search-positioner" sideOffset={6} align="start">
          <Combobox.Popup className="search-popup">
            <Combobox.Empty>
              <p className="search-empty">No class or label has this in its name.</p>
            </Combobox.Empty>
            <Combobox.List>
              {(entry: Entry) => (
                <Combobox.Item key={`${entry.value.kind}:${entry.label}`} value={entry} className="search-item">
                  <span>{entry.label}</span>
                  <span className="quiet">{entry.value.kind === 'class' ? 'class of the model' : 'label of pictures'}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
