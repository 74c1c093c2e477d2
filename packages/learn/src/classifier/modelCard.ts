import { type Network, partsOf } from '../network/network.js';
import { sizeOf } from '../network/parameter.js';
import type { ClassifierData } from './classifierData.js';
import type { ClassifierSettings } from './settings.js';

/** What a model card says beside the settings. */
export interface ModelCardFacts {
  readonly network: Network;
  readonly data: ClassifierData;
  readonly settings: ClassifierSettings;
  /** Options that were changed on the way, and from which step on. */
  readonly changes: readonly { readonly step: number; readonly from: unknown; readonly to: unknown }[];
  readonly step: number;
  readonly steps: number;
  readonly accuracy: { readonly pictures: number; readonly top1: number; readonly top5: number } | null;
  /** The command that gives the same file again. */
  readonly command: string;
  readonly engine: string;
  readonly half: boolean;
}

/** The card of a trained classifier, in Markdown: what it is, from what, how well, and how to make it again. Source: Mitchell et al. 2019, Model Cards. */
export function modelCard(facts: ModelCardFacts): string {
  const { network, data, settings, accuracy, command } = facts;
  const parameters = partsOf(network).parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const measured =
    accuracy === null
      ? 'Nothing was held out, so how well it names pictures that it has not seen was not measured.'
      : `${share(accuracy.top1)} of ${count(accuracy.pictures)} held-out pictures (${data.heldOut}) get their class as the first guess, ${share(accuracy.top5)} among the first five.`;
  const selected =
    settings.keep === 'best' && accuracy !== null
      ? '\n\nThe weights were chosen by these same pictures, so the numbers are a little better than on others.'
      : '';
  const licences = data.licences.length === 0 ? ['not stated'] : data.licences;
  return `# ${network.name}, trained on ${data.name}

${network.description} ${count(parameters)} parameters${facts.half ? ', stored in float16' : ''}. Input \`input\` [n, ${network.inputShape.join(', ')}], RGB of −1 … 1;
output \`output\` [n, ${network.outputs}], scores before the softmax. Class names are in \`labels.json\` and in the file's metadata.

## Accuracy

${measured}${selected}

## Data

${data.description} Classes are drawn evenly while training.

Terms of the pictures:

${licences.map((licence) => `- ${licence}`).join('\n')}

## How it was made

Weights of step ${count(facts.step)}; ${count(facts.steps)} of ${count(settings.steps)} steps were taken, on ${facts.engine}.

\`\`\`sh
${command}
\`\`\`

\`\`\`json
${JSON.stringify(settings, null, 2)}
\`\`\`
${facts.changes.map(({ step, from, to }) => `\nFrom step ${count(step)} on \`${JSON.stringify(to)}\` instead of \`${JSON.stringify(from)}\`.\n`).join('')}
## Limits

It knows these ${network.outputs} classes only and names one of them for any picture. It was made for looking inside a network, not for decisions about people.
`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
