import type { Model, Node } from '@incognita/onnx';
import { type Feeds, tensor } from '@incognita/runtime';
import type { Point } from '../anatomy/anatomy.js';
import type { Axis } from '../anatomy/axes.js';

/** A part of a point: one head, one position (of the query in attention patterns); what is not named, or what the point does not have, means all. */
export interface PointSlice {
  readonly point: string;
  readonly head?: number | undefined;
  readonly position?: number | undefined;
}

/** A slice of a graph: at which places is given when it runs. */
export interface GraphSlice {
  readonly point: Point;
  /** Which of the graph's axes are cut, in order. */
  readonly cut: readonly number[];
}

/** An output that holds a slice, its cut axes of length 1. */
export interface BuiltSlice {
  readonly point: string;
  readonly axes: readonly Axis[];
  readonly output: string;
  /** Inputs that take the place along each axis that is cut. */
  readonly places: readonly { readonly input: string; readonly axis: Axis }[];
}

/** What a slice asks of a graph. */
export function graphSlice(point: Point, slice: PointSlice): GraphSlice {
  return { point, cut: point.axes.flatMap((axis, i) => (placeOf(slice, axis) === undefined ? [] : [i])) };
}

/** Cuts parts out within the graph, so that only they leave the engine. */
export function withSlices(
  model: Model,
  slices: readonly GraphSlice[],
): { readonly model: Model; readonly slices: BuiltSlice[] } {
  if (slices.length === 0) return { model, slices: [] };
  const nodes: Node[] = [];
  const inputs: Model['graph']['inputs'][number][] = [];
  const built = slices.map(({ point, cut }, n): BuiltSlice => {
    let output = point.tensor;
    const places = cut.map((i) => {
      const [axis, input, sliced] = [point.axes[i]!, `place:${n}:${i}`, `slice:${n}:${i}`];
      inputs.push({ name: input, type: { dtype: 'int64', shape: [1] } });
      nodes.push({
        ...{ op: 'Gather', domain: '', name: sliced, inputs: [output, input], outputs: [sliced] },
        attributes: { axis: { type: 'int', value: i } },
      });
      output = sliced;
      return { input, axis };
    });
    return { point: point.name, axes: point.axes, output, places };
  });
  const { graph } = model;
  return {
    model: { ...model, graph: { ...graph, inputs: [...graph.inputs, ...inputs], nodes: [...graph.nodes, ...nodes] } },
    slices: built,
  };
}

/** Feeds of the places of slices, for a text of so many positions. @throws RangeError for a place that the point does not have. */
export function placeFeeds(
  built: readonly BuiltSlice[],
  slices: readonly PointSlice[],
  { points, positions }: { readonly points: readonly Point[]; readonly positions: number },
): Feeds {
  return Object.fromEntries(
    built.flatMap(({ places }, n) =>
      places.map(({ input, axis }) => {
        const place = placeOf(slices[n]!, axis)!;
        const size = axis === 'head' ? (points[n]!.heads ?? Number.POSITIVE_INFINITY) : positions;
        if (!Number.isInteger(place) || place < 0 || place >= size)
          throw new RangeError(`${slices[n]!.point} has no ${axis} ${place}: it has ${size}.`);
        return [input, tensor('int64', [1], BigInt64Array.of(BigInt(place)))];
      }),
    ),
  );
}

function placeOf({ head, position }: PointSlice, axis: Axis): number | undefined {
  if (axis === 'head') return head;
  return axis === 'position' || axis === 'query' ? position : undefined;
}
