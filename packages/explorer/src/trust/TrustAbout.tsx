import { Popover } from '@base-ui/react/popover';
import { formatPercent } from '../ui/format.js';
import { TrustMark } from './TrustMark.js';
import { TrustParagraph } from './TrustParagraph.js';
import { type Judged, measureName, type Verdict } from './trustOf.js';

/** The mark of an image as a button that opens its numbers and what they mean. */
export function TrustAbout({ verdict, children }: { verdict: Verdict; children?: React.ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger className="trust-about">
        <TrustMark verdict={verdict} size={18} silent />
        <span>{verdict.trusted ? 'above all marks' : 'with doubt'}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} collisionPadding={12}>
          <Popover.Popup className="trust-popup">
            <Popover.Title>How far to trust this image</Popover.Title>
            <dl>
              {verdict.measures.map((one) => (
                <div key={one.measure}>
                  <dt>{measureName(one.measure)}</dt>
                  <dd>{one.value === null ? '–' : valueText(one)}</dd>
                  <dd className="quiet">{stateText(one)}</dd>
                </div>
              ))}
            </dl>
            {children}
            <TrustParagraph />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function valueText({ measure, value }: Judged): string {
  return measure === 'naturalPercentile' ? formatPercent(value!) : value!.toFixed(2);
}

function stateText({ measure, state, mark }: Judged): string {
  const text = measure === 'naturalPercentile' ? formatPercent(mark) : mark.toFixed(2);
  return state === 'absent' ? `not measured (mark ${text})` : `${state} the mark of ${text}`;
}
