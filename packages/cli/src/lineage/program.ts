import { type Command, Option } from 'commander';
import { real, whole } from '../numbers.js';
import { ASKED_DEFAULTS } from '../training/asked.js';

/** Adds `incognita lineage` to the program. */
export function addLineageCommand(program: Command): void {
  const asked = ASKED_DEFAULTS;
  program
    .command('lineage')
    .description('train the systems that led to AlexNet on the same pictures: one table, one plot')
    .argument('<data>', 'emoji, emoji:<group>, or a folder of pictures with a folder a class or labels.csv')
    .requiredOption('--out <dir>', 'the folder; an unfinished lineage there goes on when the settings are the same')
    .option('--epochs <n>', 'times that each picture is shown while training', real(0), asked.epochs)
    .option('--batch <n>', 'pictures in a step', whole(1), asked.batch)
    .addOption(
      new Option('--augment <how>', 'how much pictures are changed while networks are trained')
        .choices(['none', 'light', 'strong'])
        .default(asked.augment),
    )
    .option('--flip', 'show mirror images to networks too, where they mean the same')
    .option('--holdout <share>', 'share of each class of a folder to measure on', real(0, 0.9), asked.holdout)
    .option('--systems <name...>', 'only these, for example perceptron lenet5 fisher-vectors (default: all seven)')
    .option('--from <run...>', 'folders of finished training runs on the same pictures, whose networks are not trained again')
    .option('--seed <s>', 'seed of every random choice', whole(0), asked.seed)
    .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
    .option('--checkpoint-every <steps>', 'steps between two checkpoints', whole(1), 250)
    .option('--force', 'remove the lineage that is there and start afresh')
    .option('--json', 'print the result as JSON, on the last line of stdout')
    .action(async (data, options) => (await import('../commands/lineage.js')).lineageCommand(data, options));
}
