import { HelpDialog, type KeyHelp } from '../chrome/HelpDialog.js';

const KEYS: KeyHelp = [
  [['←', '→'], 'in a curve: read the step before and after; Page keys go ten steps, Home and End to the ends'],
  [['Esc'], 'in a curve: back to the last step'],
  [['k'], 'play and pause the evolution'],
  [[',', '.'], 'the evaluation before and after'],
];

export function LearnHelp() {
  return (
    <HelpDialog title="Reading a training run" keys={KEYS}>
      <p>
        The curves are what the run itself measured and wrote down, nothing else: the loss and the share of right names over its
        own training pictures, as they were changed for training, and over pictures that it never learns from.
      </p>
      <p>
        The kernels are the weights of the first layer, drawn as colours. The optimised pictures are made so that one unit answers
        as strongly as it can. Both are kept at every evaluation; the slider shows how they came about.
      </p>
    </HelpDialog>
  );
}
