import { nearestNames } from '@incognita/onnx';
import type { Anatomy, Point } from '../anatomy/anatomy.js';
import { RefusedPointError, UnknownPointError } from './errors.js';

/**
 * The point of a canonical name (`z.3`, `resid_post.0`, `logits`).
 *
 * @throws UnknownPointError with the nearest names; RefusedPointError with the reason.
 */
export function findPoint(anatomy: Anatomy, name: string): Point {
  const point = anatomy.points.get(name);
  if (point === undefined) {
    const nearest = nearestNames(name, anatomy.points.keys());
    throw new UnknownPointError(
      `There is no point "${name}" in a model of ${anatomy.layers} layers. Nearest: ${nearest.join(', ')}.`,
    );
  }
  if ('refused' in point) throw new RefusedPointError(`The point "${name}" cannot be served: ${point.refused}.`);
  return point;
}
