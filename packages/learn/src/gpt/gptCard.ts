import { sizeOf } from '../network/parameter.js';
import type { TextData } from '../text/textData.js';
import { type CardOrigin, cardOrigin, count } from '../training/cardOrigin.js';
import type { TextEvaluation } from './evaluateText.node.js';
import { tokenParameters } from './exportGpt.js';
import type { GptSettings } from './gptSettings.js';
import type { TokenNetwork } from './tokenNetwork.js';

/** What the card of a language model says beside the settings. */
export interface GptCardFacts extends CardOrigin {
  readonly network: TokenNetwork;
  readonly data: TextData;
  readonly settings: GptSettings;
  readonly foresight: TextEvaluation | null;
  readonly half: boolean;
}

/** The card of a trained GPT, in Markdown: what it is, from what, how well, and how to make it again. Source: Mitchell et al. 2019, Model Cards. */
export function gptCard(facts: GptCardFacts): string {
  const { network, data, settings, foresight } = facts;
  const parameters = tokenParameters(network).reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  const measured =
    foresight === null
      ? 'Nothing was held out, so how well it foresees text that it has not seen was not measured.'
      : `${foresight.loss.toFixed(4)} nats a token, a perplexity of ${Math.exp(foresight.loss).toFixed(2)}, on ${count(foresight.tokens)} held-out tokens (${data.heldOut}): all of them, in windows of ${network.block} tokens${settings.begin === 'texts' ? ' that begin where a text does' : ''}.`;
  const selected =
    settings.keep === 'best' && foresight !== null
      ? '\n\nThe weights were chosen by this same text, so the number is a little better than on others.'
      : '';
  const licences = data.licences.length === 0 ? ['not stated'] : data.licences;
  return `# GPT, trained on ${data.name}

${network.description} ${count(parameters)} parameters${facts.half ? ', stored in float16' : ''}. Input \`input_ids\` [n, s] of tokens by \`tokenizer.json\`; output
\`logits\` [n, s, ${network.vocabulary}], scores of the next token before the softmax.

## How well it foresees

${measured}${selected}

## Data

${data.description}

Terms of the text:

${licences.map((licence) => `- ${licence}`).join('\n')}

${cardOrigin(facts)}
## Limits

It continues text in the manner of what it was trained on, and knows nothing else. What it writes is made up. It was made for looking inside a network.
`;
}
