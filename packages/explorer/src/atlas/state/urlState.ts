import type { Camera } from '../map/geometry.js';
import type { CellRef } from '../map/grid.js';

export type Sign = 'positive' | 'negative';
export type ViewMode = 'icons' | 'photographs';
export interface Filter {
  readonly kind: 'class' | 'label';
  readonly name: string;
}
export interface PathEnds {
  readonly grid: number;
  readonly from: number;
  readonly to: number;
}

/** All that a link carries. Null means: not said, use the default. */
export interface UrlState {
  readonly layer: string | null;
  readonly camera: Camera | null;
  readonly grid: number | 'auto';
  readonly view: ViewMode;
  readonly filter: Filter | null;
  readonly sign: Sign;
  readonly selected: CellRef | null;
  readonly path: PathEnds | null;
  readonly labels: boolean;
  readonly density: number;
}

export const DEFAULT_DENSITY = 1;

export function parseUrl(search: string): UrlState {
  const query = new URLSearchParams(search);
  const number = (key: string) => {
    const text = query.get(key);
    return text === null || text.trim() === '' || !Number.isFinite(Number(text)) ? null : Number(text);
  };
  const [x, y, magnification] = [number('x'), number('y'), number('zoom')];
  const grid = number('grid');
  const className = query.get('class');
  const label = query.get('label');
  const cell = /^(\d+):(\d+)$/.exec(query.get('cell') ?? '');
  const path = /^(\d+):(\d+)-(\d+)$/.exec(query.get('path') ?? '');
  const density = number('density');
  return {
    layer: query.get('layer'),
    camera:
      x === null || y === null || magnification === null || magnification <= 0 ? null : { x, y, zoom: Math.log2(magnification) },
    grid: grid !== null && Number.isInteger(grid) && grid > 0 ? grid : 'auto',
    view: query.get('view') === 'photographs' ? 'photographs' : 'icons',
    filter: className !== null ? { kind: 'class', name: className } : label !== null ? { kind: 'label', name: label } : null,
    sign: query.get('sign') === 'negative' ? 'negative' : 'positive',
    selected: cell ? { grid: Number(cell[1]), cell: Number(cell[2]) } : null,
    path: path ? { grid: Number(path[1]), from: Number(path[2]), to: Number(path[3]) } : null,
    labels: query.get('labels') !== 'off',
    density: density !== null && density > 0 ? density : DEFAULT_DENSITY,
  };
}

/** The shortest query that says the same: defaults are left out. */
export function formatUrl(state: UrlState): string {
  const query = new URLSearchParams();
  if (state.layer !== null) query.set('layer', state.layer);
  if (state.camera && !isHome(state.camera)) {
    query.set('x', round(state.camera.x));
    query.set('y', round(state.camera.y));
    query.set('zoom', round(2 ** state.camera.zoom));
  }
  if (state.grid !== 'auto') query.set('grid', String(state.grid));
  if (state.view !== 'icons') query.set('view', state.view);
  if (state.filter) query.set(state.filter.kind, state.filter.name);
  if (state.filter?.kind === 'class' && state.sign === 'negative') query.set('sign', 'negative');
  if (state.selected) query.set('cell', `${state.selected.grid}:${state.selected.cell}`);
  if (state.path) query.set('path', `${state.path.grid}:${state.path.from}-${state.path.to}`);
  if (!state.labels) query.set('labels', 'off');
  if (state.density !== DEFAULT_DENSITY) query.set('density', round(state.density));
  const text = query.toString().replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

function isHome(camera: Camera): boolean {
  return round(camera.x) === '0.5' && round(camera.y) === '0.5' && round(2 ** camera.zoom) === '1';
}

function round(value: number): string {
  return String(Number(value.toFixed(4)));
}
