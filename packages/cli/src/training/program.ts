import { type Command, Option } from 'commander';
import { real, whole } from '../numbers.js';
import { addGptCommand } from '../text/gptCommand.js';
import { ASKED_DEFAULTS } from './asked.js';

/** Collects the values of an option that may also be given without one. */
function collectOptional(text: string, before: true | readonly string[] | undefined): string[] {
  return [...(before === undefined || before === true ? [] : before), text];
}

/** Adds `incognita train` to the program; returns it. */
export function addTrainCommand(program: Command): Command {
  const asked = ASKED_DEFAULTS;
  const train = program
    .command('train')
    .enablePositionalOptions()
    .description('train a network on pictures (or gpt on text): ONNX file, model card, metrics and checkpoints in one folder')
    .argument('<net>', 'linear, mlp, lenet5 or alexnet64')
    .argument('<data>', 'emoji, emoji:<group>, or a folder of pictures with a folder a class or labels.csv')
    .option('--out <dir>', "the run's folder, always needed; an unfinished run there goes on when the settings are the same")
    .option('--epochs <n>', `times to go over the pictures (default: ${asked.epochs})`, real(0))
    .option('--steps <n>', 'steps to take, in place of --epochs', whole(1))
    .option('--batch <n>', 'pictures in a step', whole(1), asked.batch)
    .option('--lr <rate>', 'learning rate at its peak; it falls along a cosine', real(0), asked.lr)
    .addOption(
      new Option('--optimizer <name>', 'how weights follow their gradients')
        .choices(['sgd', 'adam', 'adamw'])
        .default(asked.optimizer),
    )
    .option('--weight-decay <d>', 'pull of the weights towards zero', real(0), asked.weightDecay)
    .option(
      '--warmup <steps>',
      'steps until the learning rate is at its peak (default: a twentieth of all, at most 500)',
      whole(0),
    )
    .option('--label-smoothing <s>', 'share of the target spread over all classes', real(0, 1), asked.labelSmoothing)
    .option('--clip <norm>', 'longer gradients are shortened to this; 0: never', real(0), asked.clip)
    .option('--ema <decay>', 'measure and export a moving average of the weights, for example 0.999', real(0, 1))
    .option('--width <factor>', 'multiplies the widths of the layers', real(0.01), asked.width)
    .addOption(
      new Option('--augment <how>', 'how much pictures are changed while training')
        .choices(['none', 'light', 'strong'])
        .default(asked.augment),
    )
    .option('--flip', 'show mirror images too; of emoji only those that mean the same')
    .option('--holdout <share>', 'share of each class of a folder to measure on', real(0, 0.9), asked.holdout)
    .option('--share <s>', 'learn from this share of the training pictures of each class (default: 1)', real(0.0001, 1))
    .option('--max-megapixels <n>', 'skip larger pictures', real(0), asked.maxMegapixels)
    .option('--evaluate-every <steps>', 'steps between two evaluations (default: an epoch)', whole(1))
    .option('--patience <n>', 'stop after so many evaluations without a better one', whole(1))
    .addOption(
      new Option('--keep <which>', 'weights to export (default: final, with --patience best)').choices(['best', 'final']),
    )
    .option('--half', 'store the weights of the ONNX file in float16: half the size')
    .option('--shards <n>', 'parts of a batch that workers share; the result depends on it', whole(1), asked.shards)
    .option('--seed <s>', 'seed of every random choice', whole(0), asked.seed)
    .option('--workers <n>', 'worker threads (default: the number of cores); the result does not depend on it', whole(1))
    .option('--checkpoint-every <steps>', 'steps between two checkpoints', whole(1), 250)
    .option(
      '--sweep [grid]',
      'train many runs, as in "width=0.5,1 steps=100,400" or "data=0.25,0.5"; may be given several times (default: 19 runs)',
      collectOptional,
    )
    .option(
      '--icons <n>',
      'optimised pictures of so many channels and classes at every evaluation, made beside the training (default: 0, with --open 8)',
      whole(0),
    )
    .option('--open', 'serve the explorer while it trains, and open it')
    .option('--port <n>', 'with --open: the port (default: 5173, or the next that is free)', whole(0))
    .option('--no-browser', 'with --open: do not start a browser')
    .option('--resume', 'insist on going on with a run that is there')
    .option('--force', 'remove the run that is there and start afresh')
    .option('--json', 'print the result as JSON, on the last line of stdout')
    .action(async (net, data, { sweep, ...options }) => {
      if (options.out === undefined) train.error("error: required option '--out <dir>' not specified");
      if (sweep === undefined) await (await import('../commands/train.js')).trainCommand(net, data, options);
      else await (await import('../commands/sweep.js')).sweepCommand(net, data, { ...options, sweep });
    });
  addGptCommand(train);
  return train;
}
