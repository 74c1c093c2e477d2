import type { Hono } from 'hono';
import type { Networks } from '../live/networks.js';
import type { ManifestWatch } from '../manifestWatch.js';
import type { Place } from '../place/openPlace.js';

/** What the routes of a server share. */
export interface RouteContext {
  readonly place: Place;
  /** The networks that pictures can be shown to. */
  readonly networks: Networks;
  /** The built web app's folder. */
  readonly explorerDir: string;
  readonly manifest: ManifestWatch;
  /** Ends event streams and work under way when the server closes. */
  readonly closing: AbortSignal;
}

/** A group of routes: adds them to the app. What it answers under `/api/` is for own pages only: see security.ts. */
export type Routes = (app: Hono, context: RouteContext) => void;
