import type { StepsAnswer } from '@incognita/workspace/schema';
import { useMemo, useState } from 'react';
import { formatCount } from '../../ui/format.js';
import { largestSize } from '../../ui/numbers/colour.js';
import { ColourProduct } from './ColourProduct.js';
import { RunningSum } from './RunningSum.js';
import { rankSlices, SLICE_ORDERS, type SliceOrder } from './rankSlices.js';
import { SliceRow } from './SliceRow.js';

const FIRST = 6;
const MORE = 24;

/** The slices of a dot product: patch × kernel = product, and what each adds. */
export function Slices({ answer }: { answer: StepsAnswer }) {
  const [order, setOrder] = useState<SliceOrder>('contribution');
  const [shown, setShown] = useState(FIRST);
  const ranked = useMemo(() => rankSlices(answer, order), [answer, order]);
  const most = useMemo(() => {
    const products = answer.patch.map((value, i) => value * answer.weights[i]!);
    return {
      ...{ patch: largestSize(answer.patch), weights: largestSize(answer.weights), products: largestSize(products) },
      sums: largestSize(answer.sums),
    };
  }, [answer]);
  const { slices, rows, columns } = answer;
  const deep = answer.ofPicture ? `${slices} colour${slices === 1 ? '' : 's'}` : `${formatCount(slices)} channels`;
  return (
    <div className="slices">
      <div className="slices-head">
        <p>
          Patch × kernel, {rows} × {columns} and {deep} deep
          {answer.firstSlice > 0 || answer.sources.some(({ first, count }) => first + count > answer.firstSlice + slices)
            ? `: the group from channel ${answer.firstSlice} on`
            : ''}
          .
        </p>
        {slices > 3 && (
          <label>
            Sort slices by{' '}
            <select value={order} onChange={(event) => setOrder(event.target.value as SliceOrder)}>
              {Object.entries(SLICE_ORDERS).map(([key, name]) => (
                <option key={key} value={key}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {answer.ofPicture && slices === 3 && <ColourProduct answer={answer} />}
      <ul className="slice-list">
        {ranked.slice(0, shown).map((slice) => (
          <SliceRow key={slice} answer={answer} slice={slice} most={most} />
        ))}
      </ul>
      {shown < slices && (
        <p className="number quiet">
          The other {formatCount(slices - shown)} add up to{' '}
          {ranked
            .slice(shown)
            .reduce((sum, slice) => sum + answer.sums[slice]!, 0)
            .toPrecision(4)}
          .{' '}
          <button type="button" className="link-button" onClick={() => setShown((now) => now + MORE)}>
            Show {formatCount(Math.min(MORE, slices - shown))} more
          </button>
        </p>
      )}
      {slices > 3 && <RunningSum answer={answer} />}
    </div>
  );
}
