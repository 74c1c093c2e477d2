import './Steps.css';
import type { ChannelExemplarRow, LayerMicroscope } from '@incognita/workspace/schema';
import { useSteps } from '../data/askSteps.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import type { Place } from '../microscopeAddress.js';
import { Flow } from './Flow.js';
import { PlacePicker } from './PlacePicker.js';
import { Slices } from './Slices.js';

interface Props {
  readonly layer: LayerMicroscope;
  readonly channel: number;
  /** Where; null where the channel has no patches. */
  readonly place: Place | null;
  /** The channel's strongest patches, to choose among. */
  readonly top: readonly ChannelExemplarRow[];
  readonly onPlace: (place: Place) => void;
}

/**
 * The dot product behind a channel at one position of one picture: patch × kernel slice by slice, their sum, the bias, and what follows, with the
 * numbers that the server computes now. Needs a {@link MicroscopeContext} around it.
 */
export function Steps(props: Props) {
  const { noSteps } = useMicroscope();
  return (
    <section aria-label="The dot product" className="steps">
      <h2>The dot product, step by step</h2>
      {typeof noSteps === 'string' ? (
        <p className="boxed-note">
          <b>The numbers behind a value cannot be computed here.</b> {noSteps}
        </p>
      ) : (
        <Computed {...props} ready={noSteps === null} />
      )}
    </section>
  );
}

function Computed({ layer, channel, place, top, onPlace, ready }: Props & { ready: boolean }) {
  const question = ready && place !== null ? { layer: layer.layer, channel, ...place } : null;
  const { value, error, pending } = useSteps(question);
  if (place === null) return <p className="quiet">This channel has no patch that could be taken apart.</p>;
  return (
    <div className="steps-body" aria-busy={pending || !ready}>
      <PlacePicker layer={layer} place={place} top={top} answer={value} onPlace={onPlace} />
      <div className="steps-product">
        {error !== null && <p role="alert">{error}</p>}
        {(pending || !ready) && <p role="status">The network is running on this picture …</p>}
        {value && (
          <>
            <Flow answer={value} />
            <Slices answer={value} />
          </>
        )}
      </div>
    </div>
  );
}
