import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';

/** How the next token is chosen. */
export function Sampling() {
  const { at } = useText();
  const fields = [
    { name: 'Temperature', key: 'temperature', min: 0, max: 3, step: 0.1, hint: '0 takes the most probable' },
    { name: 'Top-k', key: 'topK', min: 0, max: 1000, step: 1, hint: '0 keeps all' },
    { name: 'Top-p', key: 'topP', min: 0.05, max: 1, step: 0.05, hint: '1 keeps all' },
    { name: 'Seed', key: 'seed', min: 0, max: 1e9, step: 1, hint: 'the same draws again' },
  ] as const;
  return (
    <div className="sampling">
      {fields.map(({ name, key, min, max, step, hint }) => (
        <label key={key} title={hint}>
          {name}
          <input
            type="number"
            {...{ min, max, step }}
            value={at[key]}
            onChange={({ target }) =>
              target.validity.valid && target.value !== '' && changeLanguage({ [key]: Number(target.value) })
            }
          />
        </label>
      ))}
    </div>
  );
}
