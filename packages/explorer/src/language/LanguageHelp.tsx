import { HelpDialog, type KeyHelp } from '../chrome/HelpDialog.js';

const KEYS: KeyHelp = [
  [[',', '.'], 'the step before and after'],
  [['k'], 'play and pause'],
  [['[', ']'], 'the block before and after'],
  [['-', '='], 'the head before and after'],
  [['←', '→'], 'in the tokens: the one before and after; ↑ and ↓ go ten, Home and End to the ends'],
  [['g'], 'in “Change it”: generate'],
];

export function LanguageHelp() {
  return (
    <HelpDialog title="From a text to its next token" keys={KEYS}>
      <p>
        The text is cut into tokens; each becomes a vector, the beginning of its stream. Every block has two branches that leave
        the stream, compute, and add to it: attention, which brings something over from earlier tokens, and an MLP, which works on
        each alone. The last stream gives every token of the vocabulary a logit; one is chosen, appended, and the way begins
        again.
      </p>
      <p>
        Every number is the model's own, measured while it ran on this machine. What the page computes again to check it (sums,
        softmax, products) it says so, with the difference. Weights behind a product are read as the derivative of the number by
        what is multiplied.
      </p>
    </HelpDialog>
  );
}
