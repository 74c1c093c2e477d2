import { useState } from 'react';
import { useText } from '../data/LanguageContext.js';
import { changeLanguage } from '../languageAddress.js';
import { Places } from '../steps/Places.js';

const KINDS = [
  ['towards', 'Push the stream towards a token'],
  ['head', 'Scale a head'],
  ['mlp', 'Scale the MLP of a block'],
  ['written', 'Write it out'],
] as const;

/** Makes a clamp, as the command line would write it. */
export function ClampForm() {
  const { at } = useText();
  const [kind, setKind] = useState<(typeof KINDS)[number][0]>('towards');
  const [token, setToken] = useState(' a');
  const [strength, setStrength] = useState(0.5);
  const [factor, setFactor] = useState(0);
  const [written, setWritten] = useState('');
  const line = {
    towards: `resid_post.${at.layer}=towards:${token}*${strength}`,
    head: `z.${at.layer}[h=${at.head}]=scale:${factor}`,
    mlp: `mlp_out.${at.layer}=scale:${factor}`,
    written,
  }[kind];
  const number = (name: string, value: number, set: (value: number) => void, hint: string) => (
    <label title={hint}>
      {name}
      <input
        type="number"
        step={0.1}
        min={-100}
        max={100}
        value={value}
        onChange={({ target }) => target.validity.valid && target.value !== '' && set(Number(target.value))}
      />
    </label>
  );
  return (
    <form
      className="clamp-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (line.trim() !== '' && !at.clamps.includes(line)) changeLanguage({ clamps: [...at.clamps, line] });
      }}
    >
      <label>
        What
        <select value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
          {KINDS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {kind !== 'written' && <Places />}
      {kind === 'towards' && (
        <>
          <label title="One token; words begin with a space">
            Token
            <input type="text" value={token} size={8} onChange={(event) => setToken(event.target.value)} />
          </label>
          {number('Strength', strength, setStrength, 'In mean lengths of the stream; negative pushes away')}
        </>
      )}
      {(kind === 'head' || kind === 'mlp') && number('Factor', factor, setFactor, '0 takes it out, 1 leaves it')}
      {kind === 'written' && (
        <label className="wide">
          Clamp
          <input
            type="text"
            value={written}
            placeholder="attn_probs.0[h=1]=zero"
            spellCheck={false}
            onChange={(event) => setWritten(event.target.value)}
          />
        </label>
      )}
      <button type="submit" className="button">
        Add
      </button>
      <output className="quiet">
        <code>{line}</code>
      </output>
    </form>
  );
}
