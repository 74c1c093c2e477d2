import { useMemo, useState } from 'react';
import { formatCount } from '../../ui/format.js';
import { largestSize } from '../../ui/numbers/colour.js';
import { formatNumber } from '../../ui/numbers/formatNumber.js';
import { HeatCanvas } from '../../ui/numbers/HeatCanvas.js';
import { ScrollTable } from '../../ui/ScrollTable.js';

const TABLE_ROWS = 64;

interface Props {
  /** What the numbers are, in words. */
  readonly title: string;
  /** Their point, as the library names it. */
  readonly point: string;
  readonly values: Float32Array;
  /** The size that has the full colour; default: the largest. Strips that are added share one. */
  readonly most?: number;
  /** The name of a place: default its number. */
  readonly nameOf?: (index: number) => string;
  /** Opens the dot product behind a number; absent where numbers are none. */
  readonly onExplain?: ((index: number) => void) | undefined;
}

/**
 * A vector: its numbers as colours, one of them read out; a slider reaches every one by mouse, touch, keyboard and screen reader, and
 * a table lists them.
 */
export function Strip({ title, point, values, most, nameOf = String, onExplain }: Props) {
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const own = useMemo(() => largestSize(values), [values]);
  const index = Math.min(at, values.length - 1);
  const value = values[index]!;
  const from = Math.max(0, Math.min(index - TABLE_ROWS / 2, values.length - TABLE_ROWS));
  const rows = Array.from(values.subarray(from, from + TABLE_ROWS));
  const step = (event: React.ChangeEvent<HTMLInputElement>) => setAt(Number(event.target.value));
  return (
    <figure className="strip">
      <figcaption>
        <b>{title}</b> <code>{point}</code>
        <span className="quiet number">
          {formatCount(values.length)} numbers, up to {formatNumber(own).replace(/^\+/, '±')}
        </span>
      </figcaption>
      <div className="strip-heat">
        <HeatCanvas values={values} columns={values.length} most={most ?? own} />
        <input
          type="range"
          min={0}
          max={values.length - 1}
          value={index}
          aria-label={`${title}, ${point}`}
          aria-valuetext={`${nameOf(index)}: ${formatNumber(value)}`}
          onChange={step}
        />
      </div>
      <div className="strip-reading">
        <output className="number">
          [{nameOf(index)}] <b>{formatNumber(value)}</b>
        </output>
        {onExplain && (
          <button type="button" className="link-button" onClick={() => onExplain(index)}>
            how it came about
          </button>
        )}
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>numbers</summary>
          {open && (
            <ScrollTable label={`Numbers of ${title}`} className="strip-table">
              {values.length > TABLE_ROWS && (
                <caption>
                  {from} to {from + rows.length - 1} of {formatCount(values.length)}; the slider moves on
                </caption>
              )}
              <thead>
                <tr>
                  <th scope="col">Place</th>
                  <th scope="col">Number</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((number, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
                  <tr key={from + i} aria-current={from + i === index || undefined}>
                    <td>{nameOf(from + i)}</td>
                    <td>
                      {onExplain ? (
                        <button
                          type="button"
                          className="number-button"
                          onClick={() => {
                            setAt(from + i);
                            onExplain(from + i);
                          }}
                        >
                          {formatNumber(number)}
                        </button>
                      ) : (
                        formatNumber(number)
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </ScrollTable>
          )}
        </details>
      </div>
    </figure>
  );
}
