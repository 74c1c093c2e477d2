import './Diagram.css';
import type { LayerMicroscope } from '@incognita/workspace/schema';
import { useMemo, useRef, useState } from 'react';
import { formatCount } from '../../ui/format.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import { changeMicroscope } from '../microscopeAddress.js';
import { Edges } from './Edges.js';
import { LayerGlyph } from './LayerGlyph.js';
import { diagramTree, edgesOf, holdersOf, keyOf, shapeText, type TreeNode, type TreeRow, visibleRows } from './tree.js';
import { treeAction } from './treeKeys.js';

/** The network as a tree of layers with lines for what reads what; blocks fold. */
export function Diagram({ shown }: { shown: LayerMicroscope }) {
  const { manifest, layers } = useMicroscope();
  const tree = useMemo(() => diagramTree(manifest.model.layers), [manifest.model.layers]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(holdersOf(tree, shown.layer)));
  const [focused, setFocused] = useState<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => visibleRows(tree, open), [tree, open]);
  const edges = useMemo(() => edgesOf(rows), [rows]);
  const stop = rows.find(({ node }) => keyOf(node) === focused) ?? rows.find(({ node }) => node.name === shown.layer) ?? rows[0];

  const fold = (node: TreeNode, to: boolean) =>
    setOpen((now) => {
      const next = new Set(now);
      if (to) next.add(keyOf(node));
      else next.delete(keyOf(node));
      return next;
    });
  const focusOn = (row: TreeRow | undefined) => {
    if (!row) return;
    setFocused(keyOf(row.node));
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]')?.focus());
  };
  const choose = ({ node }: TreeRow) => {
    if (node.layer !== null && layers.has(node.name)) changeMicroscope({ layer: node.name, channel: null });
    else fold(node, !open.has(keyOf(node)));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = stop === undefined ? -1 : rows.indexOf(stop);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = treeAction(event.key, rows, at);
    if (action === null) return;
    event.preventDefault();
    if (action.kind === 'focus') focusOn(rows[action.row]);
    else if (action.kind === 'fold') fold(stop!.node, action.open);
    else choose(stop!);
  };
  const { widthPx, heightPx } = manifest.preprocessing;
  return (
    <nav className="diagram" aria-label="Layers of the network">
      <p className="diagram-model">
        <b>{manifest.model.name}</b>
        <span className="quiet">
          {formatCount(manifest.model.parameters)} weights · pictures of {widthPx} × {heightPx}
        </span>
      </p>
      <div className="diagram-rows" ref={root} role="tree" aria-label="Layers" onKeyDown={onKeyDown}>
        <Edges edges={edges} rows={rows.length} />
        {rows.map((row) => (
          <Item
            key={keyOf(row.node)}
            row={row}
            studied={layers.has(row.node.name)}
            selected={row.node.name === shown.layer && row.node.layer !== null}
            tabStop={row === stop}
            onChoose={() => {
              setFocused(keyOf(row.node));
              choose(row);
            }}
            onFold={() => fold(row.node, !row.open)}
          />
        ))}
      </div>
    </nav>
  );
}

interface ItemProps {
  readonly row: TreeRow;
  readonly studied: boolean;
  readonly selected: boolean;
  readonly tabStop: boolean;
  readonly onChoose: () => void;
  readonly onFold: () => void;
}

function Item({ row, studied, selected, tabStop, onChoose, onFold }: ItemProps) {
  const { node, level, open, position, siblings } = row;
  const { layer, children } = node;
  const folds = children.length > 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around hears the keys
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={selected}
      aria-expanded={folds ? open : undefined}
      tabIndex={tabStop ? 0 : -1}
      className="diagram-row"
      data-studied={studied || undefined}
      style={{ '--level': level - 1 } as React.CSSProperties}
      onClick={onChoose}
    >
      {layer === null ? <span className="diagram-stage" aria-hidden="true" /> : <LayerGlyph layer={layer} />}
      <span className="diagram-name">
        <b>{node.name}</b>
        <span className="quiet number">
          {layer === null ? `${children.length} layers` : `${layer.op} · ${shapeText(layer.shape)}`}
        </span>
      </span>
      {folds && (
        <span
          className="diagram-fold"
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            onFold();
          }}
        >
          {open ? '−' : '+'}
        </span>
      )}
    </div>
  );
}
