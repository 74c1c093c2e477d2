import './TrustMark.css';
import { sayTrust, type Verdict } from './trustOf.js';

const RADIUS = 6;
/** Degrees of an arc, and of the gap behind it. */
const ARC = 100;
const STEP = 120;

interface Props {
  readonly verdict: Verdict;
  readonly size?: number;
  /** What it says is said beside it. */
  readonly silent?: boolean;
}

/**
 * The mark of trust: a ring of three arcs (natural percentile, agreement of seeds, two-alternative score), full where the measure is above its
 * mark, open where it is below, a thin line where it was not measured; with a full centre where nothing speaks against the image.
 */
export function TrustMark({ verdict, size = 16, silent = false }: Props) {
  const said = `Trust: ${sayTrust(verdict)}`;
  const ring = (
    <>
      <circle r="8" className="trust-ground" />
      {verdict.measures.map(({ measure, state }, i) => (
        <path key={measure} className="trust-arc" data-state={state} d={arc(i * STEP - 90 + (STEP - ARC) / 2)} />
      ))}
      {verdict.trusted ? <circle r="2.6" className="trust-centre" /> : <path d="M0 -3V.8M0 2.9V3" className="trust-doubt" />}
    </>
  );
  const shape = {
    ...{ className: 'trust-mark', viewBox: '-8 -8 16 16', width: size, height: size },
    'data-doubtful': verdict.trusted ? undefined : '',
  };
  return silent ? (
    <svg {...shape} aria-hidden="true">
      {ring}
    </svg>
  ) : (
    <svg {...shape} role="img" aria-label={said}>
      <title>{said}</title>
      {ring}
    </svg>
  );
}

function arc(from: number): string {
  const at = (degrees: number) =>
    [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)].map((x) => (x * RADIUS).toFixed(2)).join(' ');
  return `M${at(from)}A${RADIUS} ${RADIUS} 0 0 1 ${at(from + ARC)}`;
}
