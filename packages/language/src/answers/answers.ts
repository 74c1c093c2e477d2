export { type Card, cardOf } from './card.js';
export { type Cut, type CutToken, cutText } from './cut.js';
export { type Explained, explain, type Side } from './explain.js';
export { goOn, type Written } from './goOn.js';
export { type Lens, lensOf } from './lens.js';
export { type Next, nextToken } from './next.js';
export { readParts } from './readParts.js';
export type { Choosing, Likely, PointPart, TextQuestion } from './requests.js';
export type { Slice } from './slice.js';
