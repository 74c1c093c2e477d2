import { useKeys } from '../../chrome/useKeys.js';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';

/** Which block and which head are looked at. */
export function Places() {
  const { at, card } = useText();
  const heads = card.heads[at.layer] ?? 1;
  const turn = (value: number, by: number, count: number) => (value + by + count) % count;
  const layer = (by: number) => changeLanguage({ layer: turn(at.layer, by, card.layers), number: null });
  const head = (by: number) => changeLanguage({ head: turn(at.head, by, heads), number: null });
  useKeys({ '[': () => layer(-1), ']': () => layer(1), '-': () => head(-1), '=': () => head(1) });
  const select = (name: string, value: number, count: number, set: (value: number) => void) => (
    <label>
      {name}
      <select value={value} onChange={(event) => set(Number(event.target.value))}>
        {Array.from({ length: count }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the number is the identity
          <option key={i} value={i}>
            {i}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="places">
      {select('Block', at.layer, card.layers, (value) => changeLanguage({ layer: value, number: null }))}
      {select('Head', at.head, heads, (value) => changeLanguage({ head: value, number: null }))}
    </div>
  );
}
