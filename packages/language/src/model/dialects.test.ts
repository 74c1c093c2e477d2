import { dialectSuite } from '../testing/dialectSuite.js';

dialectSuite([
  { name: 'plain with a cache', how: { dialect: 'plain' }, tolerance: 1e-5, everyWrite: true },
  { name: 'plain without a cache', how: { dialect: 'plain', cache: false }, tolerance: 1e-5 },
  { name: 'merged', how: { dialect: 'merged' }, tolerance: 1e-5 },
  { name: 'plain in float16', how: { dialect: 'plain' }, half: true, tolerance: 1e-2 },
  { name: 'plain in int8', how: { dialect: 'plain', weights: 'int8' }, tolerance: 8e-2 },
]);
