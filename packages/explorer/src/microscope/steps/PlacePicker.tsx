import type { ChannelExemplarRow, LayerMicroscope, StepsAnswer } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import { largestSize } from '../../ui/numbers/colour.js';
import { formatNumber } from '../../ui/numbers/formatNumber.js';
import { HeatCanvas } from '../../ui/numbers/HeatCanvas.js';
import { WholePicture } from '../../ui/WholePicture.js';
import { pictureName } from '../data/classNames.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import type { Place } from '../microscopeAddress.js';

interface Props {
  readonly layer: LayerMicroscope;
  readonly place: Place;
  readonly top: readonly ChannelExemplarRow[];
  readonly answer: StepsAnswer | null;
  readonly onPlace: (place: Place) => void;
}

/** The picture with the channel's map over it; a position is chosen by pointer or by two sliders, another picture by its number. */
export function PlacePicker({ layer, place, top, answer, onPlace }: Props) {
  const { manifest } = useMicroscope();
  const { pictures } = manifest.dataset;
  const { rows, columns } = layer.layout;
  const picture = pictures[place.picture];
  const map = answer?.map ?? null;
  const values = useMemo(() => (map === null ? null : Float32Array.from(map.values)), [map]);
  const go = (change: Partial<Place>) => onPlace({ ...place, ...change });
  const onPoint = (event: React.MouseEvent) => {
    const { left, top: upper, width, height } = event.currentTarget.getBoundingClientRect();
    const along = (at: number, size: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor((at / size) * count)));
    go({ row: along(event.clientY - upper, height, rows), column: along(event.clientX - left, width, columns) });
  };
  const rank = top.findIndex((row) => row.picture === place.picture);
  const known = top.find((row) => row.picture === place.picture && row.row === place.row && row.column === place.column);
  const other = known !== undefined && answer !== null && differs(known.value, answer.activation) ? known.value : null;
  return (
    <div className="place-picker">
      {picture && (
        <WholePicture
          picture={picture}
          rectangle={answer?.rect ?? null}
          alt={`Picture ${place.picture}: ${pictureName(picture)}`}
        >
          {values !== null && rows * columns > 1 && (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the sliders below do the same
            // biome-ignore lint/a11y/noStaticElementInteractions: as above
            <span className="place-heat" onClick={onPoint}>
              <HeatCanvas values={values} columns={columns} most={largestSize(values)} over />
            </span>
          )}
        </WholePicture>
      )}
      <p className="place-name">
        <b>{picture ? pictureName(picture) : `There is no picture ${place.picture}`}</b>
        <span className="quiet">{rank >= 0 ? ` · strongest patch no. ${rank + 1}` : ''}</span>
      </p>
      <label className="place-number">
        Picture{' '}
        <input
          type="number"
          min={0}
          max={pictures.length - 1}
          value={place.picture}
          onChange={(event) => {
            const next = event.target.valueAsNumber;
            if (Number.isInteger(next) && next >= 0 && next < pictures.length) go({ picture: next });
          }}
        />{' '}
        <span className="quiet">of {pictures.length}, from 0 on</span>
      </label>
      {rows > 1 && <Slider name="Row" at={place.row} count={rows} onChange={(row) => go({ row })} />}
      {columns > 1 && <Slider name="Column" at={place.column} count={columns} onChange={(column) => go({ column })} />}
      {answer && (
        <p className="quiet number">
          The colours are the channel over the picture; here it is {formatNumber(answer.activation)}.
          {other !== null && ` In the data set itself it was ${formatNumber(other)}: the workspace keeps pictures compressed.`}
        </p>
      )}
    </div>
  );
}

/** By more than what one would read as rounding. */
function differs(a: number, b: number): boolean {
  return Math.abs(a - b) > 0.005 * Math.max(Math.abs(a), Math.abs(b));
}

function Slider({ name, at, count, onChange }: { name: string; at: number; count: number; onChange: (at: number) => void }) {
  return (
    <label className="place-slider">
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={count - 1}
        value={Math.max(0, at)}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <output className="number">{at}</output>
    </label>
  );
}
