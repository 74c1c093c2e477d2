import { type Command, Option } from 'commander';
import { real, whole } from '../numbers.js';
import { TEXT_DEFAULTS } from './askedText.js';

/** Adds `gpt` to `incognita train`: options that pictures have no use for, and none of theirs. */
export function addGptCommand(train: Command): void {
  const asked = TEXT_DEFAULTS;
  train
    .command('gpt')
    .description('train a GPT on text: ONNX decoder, tokenizer.json, model card, metrics and checkpoints in one folder')
    .argument('<text>', 'a text file, a folder of .txt and .md files, or stories: those of the story world')
    .requiredOption('--out <dir>', "the run's folder; an unfinished run there goes on when the settings are the same")
    .option('--layers <n>', 'blocks of attention and perceptron', whole(1), asked.layers)
    .option('--heads <n>', 'attention heads in each block', whole(1), asked.heads)
    .option('--width <n>', 'numbers of one token', whole(1), asked.width)
    .option('--block <n>', 'tokens that it sees at once', whole(1), asked.block)
    .addOption(
      new Option('--positions <how>', "how places are told: a vector for each, or queries and keys that turn (RoFormer's)")
        .choices(['learned', 'rotary'])
        .default(asked.positions),
    )
    .addOption(
      new Option('--tokenizer <kind>', 'what tokens are: characters, or byte pairs that are learnt from the text')
        .choices(['char', 'bpe'])
        .default(asked.tokenizer),
    )
    .option('--vocabulary <n>', 'tokens of --tokenizer bpe', whole(257), asked.vocabulary)
    .option('--deviation <d>', 'standard deviation of what matrices begin with', real(0), asked.deviation)
    .option('--dropout <share>', 'share of values that is zeroed while training', real(0, 0.9), asked.dropout)
    .option('--bias', 'matrices and normalizations with a bias, as in GPT-2')
    .option('--untied', 'a matrix of its own that makes scores, not the table of token vectors')
    .addOption(
      new Option(
        '--begin <where>',
        'where examples begin: anywhere (default), or where a text does, of many short ones: so that each is learnt with all that it refers to',
      ).choices(['anywhere', 'texts']),
    )
    .option('--steps <n>', 'steps to take', whole(1), asked.steps)
    .option('--batch <n>', 'stretches of text in a step', whole(1), asked.batch)
    .option('--lr <rate>', 'learning rate at its peak; it falls along a cosine', real(0), asked.lr)
    .option('--final-share <s>', 'share of the peak that the learning rate ends at', real(0, 1), asked.finalShare)
    .option('--beta2 <b>', "how slowly AdamW's second moment moves", real(0, 1), asked.beta2)
    .option('--weight-decay <d>', 'pull of the matrices towards zero', real(0), asked.weightDecay)
    .option('--warmup <steps>', 'steps until the learning rate is at its peak', whole(0), asked.warmup)
    .option('--clip <norm>', 'longer gradients are shortened to this; 0: never', real(0), asked.clip)
    .option('--ema <decay>', 'measure and export a moving average of the weights, for example 0.999', real(0, 1))
    .option('--holdout <share>', 'share at the end of the text to measure on', real(0, 0.9), asked.holdout)
    .option('--evaluate-every <steps>', 'steps between two evaluations', whole(1), asked.evaluateEvery)
    .option('--patience <n>', 'stop after so many evaluations without a better one', whole(1))
    .addOption(
      new Option('--keep <which>', 'weights to export (default: final, with --patience best)').choices(['best', 'final']),
    )
    .option('--half', 'store the weights of the ONNX file in float16: half the size')
    .option('--plain', 'an ONNX file without inputs and outputs for keys and values of earlier tokens')
    .option('--shards <n>', 'parts of a batch that workers share; the result depends on it', whole(1), asked.shards)
    .option('--seed <s>', 'seed of every random choice', whole(0), asked.seed)
    .option('--workers <n>', 'worker threads (default: the number of cores); the result does not depend on it', whole(1))
    .option('--checkpoint-every <steps>', 'steps between two checkpoints', whole(1), 250)
    .option('--resume', 'insist on going on with a run that is there')
    .option('--force', 'remove the run that is there and start afresh')
    .option('--json', 'print the result as JSON, on the last line of stdout')
    .action(async (text, options) => (await import('../commands/trainGpt.js')).trainGptCommand(text, options));
}
