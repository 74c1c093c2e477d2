import { type Network, partsOf } from '../network/network.js';
import { sizeOf } from '../network/parameter.js';
import { type CardOrigin, cardOrigin, count } from '../training/cardOrigin.js';
import type { ClassifierData } from './classifierData.js';
import type { ClassifierSettings } from './settings.js';

/** What a model card says beside the settings. */
export interface ModelCardFacts extends CardOrigin {
  readonly network: Network;
  readonly data: ClassifierData;
  readonly settings: ClassifierSettings;
  readonly accuracy: { readonly pictures: number; readonly top1: number; readonly top5: number } | null;
  readonly half: boolean;
}

/** The card of a trained classifier, in Markdown: what it is, from what, how well, and how to make it again. Source: Mitchell et al. 2019, Model Cards. */
export function modelCard(facts: ModelCardFacts): string {
  const { network, data, settings, accuracy } = facts;
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

${cardOrigin(facts)}
## Limits

It knows these ${network.outputs} classes only and names one of them for any picture. It was made for looking inside a network, not for decisions about people.
`;
}
