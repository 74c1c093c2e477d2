import type { StepsAnswer } from '@incognita/workspace/schema';
import { memo, useMemo, useState } from 'react';
import { formatNumber } from '../../ui/numbers/formatNumber.js';
import { HeatCanvas } from '../../ui/numbers/HeatCanvas.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import { followLink } from '../followLink.js';
import { microscopeLink } from '../microscopeAddress.js';
import { sliceOrigin } from './rankSlices.js';

const COLOURS: Readonly<Record<string, readonly string[]>> = {
  rgb: ['red', 'green', 'blue'],
  bgr: ['blue', 'green', 'red'],
  gray: ['grey'],
};

interface Props {
  readonly answer: StepsAnswer;
  readonly slice: number;
  /** The largest of all slices: what has the full colour. */
  readonly most: { readonly patch: number; readonly weights: number; readonly products: number; readonly sums: number };
}

/** One slice: what the input holds there, the weights, their products, and the sum of these. */
export const SliceRow = memo(function SliceRow({ answer, slice, most }: Props) {
  const { manifest } = useMicroscope();
  const [open, setOpen] = useState(false);
  const { rows, columns, sums, padding } = answer;
  const size = rows * columns;
  const parts = useMemo(() => {
    const cut = (values: readonly number[]) => Float32Array.from(values.slice(slice * size, (slice + 1) * size));
    const [patch, weights] = [cut(answer.patch), cut(answer.weights)];
    // What lies in the padding is left out of the drawing.
    const drawn = patch.map((value, k) => (padding[k] === 1 ? Number.NaN : value));
    return { patch, weights, products: patch.map((value, k) => value * weights[k]!), drawn };
  }, [answer, slice, size, padding]);
  const origin = sliceOrigin(answer, slice);
  const sum = sums[slice]!;
  const name = answer.ofPicture ? (COLOURS[manifest.preprocessing.colorOrder]?.[slice] ?? `plane ${slice}`) : null;
  return (
    <li
      className="slice"
      style={{ '--side': `${Math.min(84, Math.max(34, 15 * Math.max(rows, columns)))}px` } as React.CSSProperties}
    >
      <span className="slice-name">
        {origin === null ? (
          <b>{name ?? `input ${answer.firstSlice + slice}`}</b>
        ) : (
          <a href={microscopeLink(origin.layer, origin.channel)} onClick={followLink}>
            {origin.layer} <b>{origin.channel}</b>
          </a>
        )}
      </span>
      <span className="slice-product">
        <Heat values={parts.drawn} columns={columns} most={most.patch} />
        <span aria-hidden="true">×</span>
        <Heat values={parts.weights} columns={columns} most={most.weights} />
        <span aria-hidden="true">=</span>
        <Heat values={parts.products} columns={columns} most={most.products} />
      </span>
      <span className="slice-sum number" data-negative={sum < 0 || undefined}>
        <span className="visually-hidden">adds </span>
        {formatNumber(sum)}
        <span
          className="link-bar"
          style={{ '--share': most.sums === 0 ? 0 : Math.abs(sum) / most.sums } as React.CSSProperties}
        />
      </span>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>numbers</summary>
        {open && <Numbers {...parts} columns={columns} padding={padding} sum={sum} />}
      </details>
    </li>
  );
});

function Heat({ values, columns, most }: { values: Float32Array; columns: number; most: number }) {
  return (
    <span className="slice-heat" style={{ aspectRatio: `${columns} / ${values.length / columns}` }}>
      <HeatCanvas values={values} columns={columns} most={most} />
    </span>
  );
}

interface NumbersProps {
  readonly patch: Float32Array;
  readonly weights: Float32Array;
  readonly products: Float32Array;
  readonly columns: number;
  readonly padding: readonly number[];
  readonly sum: number;
}

function Numbers({ patch, weights, products, columns, padding, sum }: NumbersProps) {
  return (
    <ScrollTable label="Numbers of the slice" className="slice-numbers">
      <thead>
        <tr>
          <th scope="col">Row, column</th>
          <th scope="col">Patch</th>
          <th scope="col">Weight</th>
          <th scope="col">Product</th>
        </tr>
      </thead>
      <tbody>
        {Array.from(patch, (value, k) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
          <tr key={k}>
            <td>
              {Math.floor(k / columns)}, {k % columns}
            </td>
            <td>{padding[k] === 1 ? 'padding, 0' : formatNumber(value)}</td>
            <td>{formatNumber(weights[k]!)}</td>
            <td>{formatNumber(products[k]!)}</td>
          </tr>
        ))}
        <tr>
          <td colSpan={3}>sum</td>
          <td>{formatNumber(sum)}</td>
        </tr>
      </tbody>
    </ScrollTable>
  );
}
