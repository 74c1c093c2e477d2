/** Draws tile sets with deck.gl. Loaded on demand: it is the heavy part of the app. */
import { Deck, OrthographicView } from '@deck.gl/core';
import { IconLayer } from '@deck.gl/layers';
import { loadSprite, type Sprite, spriteKey } from '../data/sprites.js';
import { type Camera, centrePx, scalePx, type Viewport } from './geometry.js';
import type { Tile, TileSet } from './tiles.js';

/** Map units are scaled up so that single precision is ample at every zoom. */
const WORLD = 1024;
const FADE_MS = 260;

interface Shown {
  set: TileSet;
  opacity: number;
}

export interface TileRenderer {
  setCamera(camera: Camera, viewport: Viewport): void;
  setTiles(set: TileSet): void;
  destroy(): void;
}

export interface RendererOptions {
  readonly parent: HTMLDivElement;
  readonly reducedMotion: () => boolean;
  /** Nothing can be drawn any more. */
  readonly onFail: (message: string) => void;
  /** A sheet could not be loaded; the rest is drawn. */
  readonly onMissing: (message: string) => void;
  /** Called when the tiles of a set are on the screen. */
  readonly onDrawn: (key: string) => void;
}

/** Throws where the browser offers no WebGL2. */
export function createRenderer({ parent, reducedMotion, onFail, onMissing, onDrawn }: RendererOptions): TileRenderer {
  if (!document.createElement('canvas').getContext('webgl2')) throw new Error('This browser offers no WebGL2.');
  const sprites = new Map<string, Sprite>();
  const missing = new Set<string>();
  const shown = new Map<string, Shown>();
  let current: string | null = null;
  let frame = 0;
  let lastTime = 0;
  let destroyed = false;

  const deck = new Deck({
    parent,
    views: new OrthographicView({ id: 'map', flipY: true }),
    viewState: { target: [WORLD / 2, WORLD / 2, 0], zoom: 0 },
    controller: false,
    layers: [],
    useDevicePixels: Math.min(2, window.devicePixelRatio || 1),
    onError: (error) => onFail(error.message),
  });

  const ready = ({ set }: Shown) =>
    set.sheets.every(({ sheet }) => sprites.has(spriteKey(sheet)) || missing.has(spriteKey(sheet)));

  const dropUnused = () => {
    const used = new Set([...shown.values()].flatMap(({ set }) => set.sheets.map(({ sheet }) => spriteKey(sheet))));
    for (const key of sprites.keys()) if (!used.has(key)) sprites.delete(key);
  };

  const draw = () => {
    const transitions = reducedMotion() ? undefined : { getColor: 200, getSize: 240 };
    const layers = [...shown.values()].flatMap(({ set, opacity }) =>
      set.sheets.flatMap(({ sheet, tiles }) => {
        const sprite = sprites.get(spriteKey(sheet));
        if (!sprite) return [];
        return new IconLayer<Tile>({
          id: `${set.key}#${spriteKey(sheet)}`,
          data: tiles as Tile[],
          iconAtlas: sprite.image as unknown as string,
          iconMapping: sprite.mapping,
          // Upright whatever the direction of the y axis.
          billboard: true,
          sizeUnits: 'common',
          sizeBasis: 'width',
          alphaCutoff: 0,
          opacity,
          getIcon: (tile) => String(tile.cell),
          getPosition: (tile) => [tile.x * WORLD, tile.y * WORLD, 0],
          getSize: (tile) => tile.side * WORLD,
          getColor: (tile) => [255, 255, 255, 255 * tile.opacity],
          transitions,
        });
      }),
    );
    deck.setProps({ layers });
  };

  const step = (time: number) => {
    frame = 0;
    if (destroyed) return;
    const elapsed = lastTime === 0 ? 16 : time - lastTime;
    lastTime = time;
    const change = reducedMotion() ? 1 : elapsed / FADE_MS;
    const top = current === null ? undefined : shown.get(current);
    const arrived = top !== undefined && ready(top);
    let moving = false;
    for (const [key, item] of shown) {
      // The old map stays until the new one can be drawn, then the two cross-fade.
      const target = key === current ? 1 : arrived ? 0 : item.opacity;
      item.opacity = target > item.opacity ? Math.min(target, item.opacity + change) : Math.max(target, item.opacity - change);
      if (item.opacity !== target) moving = true;
      if (key !== current && item.opacity === 0) shown.delete(key);
    }
    if (arrived && !moving) dropUnused();
    draw();
    if (moving) frame = requestAnimationFrame(step);
    else {
      lastTime = 0;
      if (arrived) onDrawn(current!);
    }
  };
  const wake = () => {
    if (frame === 0 && !destroyed) frame = requestAnimationFrame(step);
  };

  return {
    setCamera: (camera, viewport) => {
      const scale = scalePx(camera, viewport);
      const [cx, cy] = centrePx(viewport);
      const x = (camera.x + (viewport.width / 2 - cx) / scale) * WORLD;
      const y = (camera.y + (viewport.height / 2 - cy) / scale) * WORLD;
      deck.setProps({ viewState: { target: [x, y, 0], zoom: Math.log2(scale / WORLD) } });
    },
    setTiles: (set) => {
      const known = shown.get(set.key);
      shown.set(set.key, { set, opacity: known?.opacity ?? 0 });
      current = set.key;
      for (const { sheet } of set.sheets) {
        if (sprites.has(spriteKey(sheet))) continue;
        loadSprite(sheet).then(
          (sprite) => {
            sprites.set(spriteKey(sheet), sprite);
            wake();
          },
          (error: Error) => {
            missing.add(spriteKey(sheet));
            onMissing(error.message);
            wake();
          },
        );
      }
      wake();
    },
    destroy: () => {
      destroyed = true;
      cancelAnimationFrame(frame);
      deck.finalize();
    },
  };
}
