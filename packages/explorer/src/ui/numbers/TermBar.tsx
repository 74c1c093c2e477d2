import './numbers.css';
/** A bar below a number in a table: its share of the largest, from 0 to 1. The number beside it says the same. */
export function TermBar({ share }: { share: number }) {
  return <span className="term-bar" style={{ '--share': share } as React.CSSProperties} />;
}
