import type { ExplainAnswer } from '@incognita/workspace/schema';
import { useEffect, useRef } from 'react';
import { Icon } from '../../chrome/icons.js';
import { formatCount } from '../../ui/format.js';
import { formatError, formatNumber } from '../../ui/numbers/formatNumber.js';
import { TermBar } from '../../ui/numbers/TermBar.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { useAnswer } from '../data/ask.js';
import { headOf } from '../data/headOf.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';

const TERMS = 8;

/** The dot product that made the number which the address names. */
export function Explanation() {
  const { model, ids, labels, at, card } = useText();
  const [point, index] = at.number === null ? ['', 0] : [at.number.split(':')[0]!, Number(at.number.split(':')[1])];
  const head = headOf(card, point, at.head);
  const asked = at.number === null ? null : { model, ids, clamps: at.clamps, point, position: at.position, head, index };
  const { value, error, pending } = useAnswer<ExplainAnswer>('explain', asked);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (at.number !== null) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [at.number]);
  if (at.number === null) return null;
  const overKeys = point.startsWith('z.');
  const nameOf = (i: number) => (overKeys ? `${i} ${labels[i]}` : String(i));
  return (
    <section className="explanation" ref={panel} aria-label="How a number came about" aria-busy={pending}>
      <div className="explanation-head">
        <h3>
          <code>
            {point}[{head === undefined ? '' : `head ${head}, `}
            {at.position}, {index}]
          </code>
        </h3>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => changeLanguage({ number: null })}>
          <Icon name="close" />
        </button>
      </div>
      {error && <p role="alert">{error}</p>}
      {value && <Product value={value} nameOf={nameOf} />}
    </section>
  );
}

function Product({ value: product, nameOf }: { value: ExplainAnswer; nameOf: (index: number) => string }) {
  const { left, right, scale, bias, value, sum, error } = product;
  const terms = left.values.map((x, i) => scale * x * right.values[i]!);
  const order = terms.map((_, i) => i).sort((a, b) => Math.abs(terms[b]!) - Math.abs(terms[a]!));
  const top = order.slice(0, TERMS);
  const rest = order.slice(TERMS).reduce((total, i) => total + terms[i]!, 0);
  const most = Math.abs(terms[order[0]!] ?? 0);
  const scaled = Math.abs(scale - 1) > 1e-6;
  return (
    <>
      <p>
        <b className="number">{formatNumber(value)}</b> is the sum of {formatCount(terms.length)} products of{' '}
        <code>{left.name}</code> with {right.name === 'weights' ? 'the weights' : <code>{right.name}</code>}
        {scaled && <>, each times {scale.toPrecision(3)}</>}
        {bias !== 0 && <>, and a bias of {formatNumber(bias)}</>}. Summed again here it is {formatNumber(sum)}: the difference to
        the model's own is {formatError(error)}.
      </p>
      <div className="explanation-parts">
        <ScrollTable label="Largest terms">
          <thead>
            <tr>
              <th scope="col">Place</th>
              <th scope="col">{left.name}</th>
              <th scope="col">{right.name}</th>
              <th scope="col">Product</th>
            </tr>
          </thead>
          <tbody>
            {top.map((i) => (
              <tr key={i}>
                <td>{nameOf(i)}</td>
                <td>{formatNumber(left.values[i]!)}</td>
                <td>{formatNumber(right.values[i]!)}</td>
                <td className="term" data-negative={terms[i]! < 0 || undefined}>
                  <TermBar share={most === 0 ? 0 : Math.abs(terms[i]!) / most} />
                  {formatNumber(terms[i]!)}
                </td>
              </tr>
            ))}
            {order.length > TERMS && (
              <tr>
                <td colSpan={3}>the other {formatCount(order.length - TERMS)}</td>
                <td>{formatNumber(rest)}</td>
              </tr>
            )}
          </tbody>
        </ScrollTable>
        <PartialSums terms={terms} bias={bias} />
      </div>
    </>
  );
}

const [WIDTH, HEIGHT] = [320, 120];

/** How the sum grows, term by term in the order of the vector. */
function PartialSums({ terms, bias }: { terms: readonly number[]; bias: number }) {
  const sums = [0];
  for (const term of terms) sums.push(sums.at(-1)! + term);
  sums.push(sums.at(-1)! + bias);
  const [low, high] = [Math.min(...sums), Math.max(...sums)];
  const y = (value: number) => HEIGHT - 6 - ((value - low) / (high - low || 1)) * (HEIGHT - 12);
  const path = sums.map(
    (value, i) => `${i === 0 ? 'M' : 'L'}${((i * WIDTH) / (sums.length - 1)).toFixed(1)} ${y(value).toFixed(1)}`,
  );
  return (
    <figure className="partial-sums">
      <svg className="sum-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="zero" d={`M0 ${y(0)}H${WIDTH}`} />
        <path className="sum" d={path.join('')} />
      </svg>
      <figcaption className="quiet number">
        The sum after each term: from 0 to {formatNumber(sums.at(-1)!)}, between {formatNumber(low)} and {formatNumber(high)} on
        the way
        {bias !== 0 && '; the last step is the bias'}.
      </figcaption>
    </figure>
  );
}
