import type { Command } from 'commander';
import { whole } from './numbers.js';

/** In the words of a command that fills a workspace from a network and pictures. */
interface Words {
  /** The workspace: what stands before its default. */
  readonly out: string;
  /** What goes on while the explorer is served. */
  readonly during: string;
}

/** Adds the options that every command has which fills a workspace from a network and pictures. */
export function addWorkspaceOptions(command: Command, { out, during }: Words): Command {
  return command
    .option('--preprocessing <name>', 'a preset (imagenet, minusOneToOne, zeroToOne, caffe) or a JSON file')
    .option('--size <px>', 'side of the network input in pixels', whole(8))
    .option('--labels <file>', 'names of the classes: JSON array, id2label, or one a line')
    .option('--max-megapixels <n>', 'skip larger pictures', Number, 50)
    .option('--seed <s>', 'seed of every random choice', whole(0), 1)
    .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
    .option('--out <dir>', `${out} (default: <model>-<images>.incognita here)`)
    .option('--open', `serve the explorer while ${during}, and open it`)
    .option('--port <n>', 'port of the explorer', whole(0))
    .option('--no-browser', 'with --open: do not start a browser')
    .option('--json', 'print the result as JSON, on the last line of stdout');
}
