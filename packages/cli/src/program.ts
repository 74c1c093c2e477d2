import { Command, Option } from 'commander';
import { MODEL, PICTURES } from './argumentTexts.js';
import { addLineageCommand } from './lineage/program.js';
import { real, whole } from './numbers.js';
import { addAttributeCommand, addMicroscopeCommand, addSeeCommand } from './see/program.js';
import { parseShape } from './shape.js';
import { addTrainCommand } from './training/program.js';
import { version } from './version.js';
import { addWorkspaceOptions } from './workspaceOptions.js';

function collect<T>(parse: (text: string) => T): (text: string, before: readonly T[] | undefined) => T[] {
  return (text, before) => [...(before ?? []), parse(text)];
}

function icons(text: string): 'all' | 'none' | number {
  return text === 'all' || text === 'none' ? text : whole(0)(text);
}

/** The command line: every verb with its options. Commands are loaded when they run. */
export function createProgram(): Command {
  const program = new Command('incognita')
    .description('Maps of the unknown land inside neural networks.')
    .version(version)
    .showHelpAfterError('(incognita --help lists the commands)')
    // What stands after a command's name is for that command.
    .enablePositionalOptions()
    .addOption(debug());

  program
    .command('demo')
    .description('map the network that comes with this program over the emoji world, and open the explorer')
    .option('--out <dir>', "the workspace (default: in the user's cache)")
    .option('--port <n>', 'port of the explorer (default: 5173, or the next that is free)', whole(0))
    .option('--no-browser', 'do not start a browser')
    .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
    .option('--json', 'print the result as JSON')
    .action(async (options) => (await import('./commands/demo.js')).demoCommand(options));

  const atlas = program
    .command('atlas')
    .description('make an activation atlas of a model from a folder of pictures')
    .argument('<model>', MODEL)
    .argument('<images>', PICTURES)
    .option(
      '--layer <name>',
      'a layer to map; may be given several times (default: three layers spread over the depth)',
      collect(String),
    )
    .option(
      '--grid <n>',
      'cells along a side; may be given several times (default: by the number of activations)',
      collect(whole(1)),
    )
    .option('--icons <which>', 'optimised icons: all, none, or N for the N fullest cells of each grid', icons, 'all')
    .option('--activations <n>', 'activations to sample in each layer', whole(1))
    .addOption(
      new Option('--preset <name>', 'published settings')
        .choices(['incognita', 'distillExplorer', 'notebook', 'lucidRecipe'])
        .default('incognita'),
    )
    .option('--steps <n>', 'optimisation steps of an icon on the coarsest grid (default: by the preset)', whole(1));
  addWorkspaceOptions(atlas, {
    out: 'the workspace',
    during: 'the atlas is being made',
  }).action(async (model, images, options) => (await import('./commands/atlas.js')).atlasCommand(model, images, options));

  program
    .command('open')
    .description('open the explorer on a workspace, training runs, decoders of text, or networks of pictures')
    .argument(
      '<folder>',
      'made by incognita atlas or incognita train, a folder of several runs, or one with ONNX files (decoders with their tokenizer.json); or an embedded model',
    )
    .option('--model <file...>', "further networks for the page Live, such as the workspace's own: ONNX files")
    .option('--port <n>', 'port to listen on (default: 5173, or the next that is free)', whole(0))
    .option('--no-browser', 'do not start a browser')
    .option('--json', 'print the address as JSON')
    .action(async (dir, options) => (await import('./commands/open.js')).openCommand(dir, options));

  program
    .command('inspect')
    .description("list a model's layers, shapes, parameters, and operators without a gradient rule")
    .argument('<model>', MODEL)
    .option('--all', 'list the layers inside blocks too')
    .option('--json', 'print as JSON')
    .action(async (model, options) => (await import('./commands/inspect.js')).inspectCommand(model, options));

  const classifying = (command: Command): Command =>
    command
      .option('--preprocessing <name>', 'a preset (imagenet, minusOneToOne, zeroToOne, caffe) or a JSON file')
      .option('--size <px>', 'side of the network input in pixels', whole(8))
      .option('--labels <file>', 'names of the classes: JSON array, id2label, or one a line')
      .option('--max-megapixels <n>', 'skip larger pictures', real(0), 50)
      .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
      .option('--json', 'print as JSON');

  classifying(
    program
      .command('classify')
      .description('name what is in pictures: the most likely classes with their scores')
      .argument('<model>', MODEL)
      .argument('<pictures...>', 'picture files, folders of pictures, emoji, or emoji:<group>')
      .option('--top <n>', 'classes to list for each picture', whole(1), 5),
  ).action(async (model, pictures, options) =>
    (await import('./commands/classify.js')).classifyCommand(model, pictures, options),
  );

  classifying(
    program
      .command('evaluate')
      .description('measure how well a network names labelled pictures, and what it takes for what')
      .argument('<model>', MODEL)
      .argument('<data>', 'emoji or emoji:<group> (the style that no network learns from), or a folder of labelled pictures')
      .option('--pairs <n>', 'confused pairs of classes to list', whole(0), 10),
  ).action(async (model, data, options) => (await import('./commands/evaluate.js')).evaluateCommand(model, data, options));

  program
    .command('kernels')
    .description("draw the first layer's kernels: edges by their orientation, then colours by their hue")
    .argument('<model>', MODEL)
    .requiredOption('--out <file>', 'picture to write, .webp or .png')
    .option('--columns <n>', 'kernels in a row', whole(1), 16)
    .option('--scale <px>', 'side of a weight', whole(1), 8)
    .option('--json', 'print what was written as JSON')
    .action(async (model, options) => (await import('./commands/kernels.js')).kernelsCommand(model, options));

  program
    .command('selectivity')
    .description('find the channels of a layer that tell a set of classes from all others, beside what chance gives')
    .argument('<model>', MODEL)
    .argument('<data>', 'emoji, emoji:<group>, or a folder of labelled pictures')
    .requiredOption('--layer <name>', 'the layer whose channels are looked at')
    .requiredOption(
      '--concept <set>',
      'for emoji faces, smileys, human-faces, animal-faces or a group; for a folder classes separated by commas, or a folder of classes. Further ones are measured against all that is not of the first',
      collect(String),
    )
    .option('--top <n>', 'channels to list', whole(1), 10)
    .option('--draws <n>', 'sets of classes to draw at random, to see what chance gives', whole(0), 100)
    .option('--sheet <file>', 'write the pictures that excite these channels most as WebP, a row for each')
    .option('--preprocessing <name>', 'a preset (imagenet, minusOneToOne, zeroToOne, caffe) or a JSON file')
    .option('--size <px>', 'side of the network input in pixels', whole(8))
    .option('--max-megapixels <n>', 'skip larger pictures', real(0), 50)
    .option('--seed <s>', 'seed of every random choice', whole(0), 1)
    .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
    .option('--json', 'print as JSON')
    .action(async (model, data, options) => (await import('./commands/selectivity.js')).selectivityCommand(model, data, options));

  program
    .command('run')
    .description('run a model on tensors, and read any tensor inside it')
    .argument('<model>', MODEL)
    .requiredOption('--in <file>', 'safetensors with the inputs by name')
    .requiredOption('--out <file>', 'safetensors to write')
    .option('--tap <names>', 'tensors or layers to read, separated by commas')
    .action(async (model, options) => (await import('./commands/run.js')).runCommand(model, options));

  program
    .command('gradient')
    .description(
      'the gradient of any tensor with respect to any other: as an ONNX file that any runtime runs, or (with --in) as numbers',
    )
    .argument('<model>', MODEL)
    .option('--of <tensor>', 'what to differentiate: an output, a tensor or a layer (default: the class scores)')
    .option('--wrt <tensor>', 'with respect to what: an input, a tensor or a layer (default: the picture)')
    .requiredOption('--out <file>', 'file to write: ONNX, or safetensors with --in')
    .option('--in <file>', 'safetensors with the inputs by name and `cotangent`: compute the gradient instead')
    .option('--forward', 'forward mode: what a change of --wrt does to --of (Jacobian-vector product)')
    .option(
      '--rules <name>',
      'how the gradient goes back: exact, guided, deconvnet, redirectedRelu, smoothMaxPool, lrp, with a variant as in lrp:gamma, or JSON; may be given several times',
      collect(String),
    )
    .addOption(
      new Option('--form <engine>', 'which kernels to write for: portable keeps to those that WebGPU has').choices([
        'cpu',
        'portable',
      ]),
    )
    .option('--shape <input=sizes>', 'sizes to write the graph for, as in image=n,3,96,96; faster', collect(parseShape))
    .addOption(new Option('--seed <what>', 'cotangents: an input, or ones').choices(['input', 'ones']))
    .option('--keep <tensor>', 'give out this tensor of the forward pass too; may be given several times', collect(String))
    .option('--external', 'leave the weights in the model file, beside which the gradient must lie: a few kilobytes')
    .option('--json', 'print what was written as JSON')
    .action(async (model, options) => (await import('./commands/gradient.js')).gradientCommand(model, options));

  addMicroscopeCommand(program);
  addSeeCommand(program);
  addAttributeCommand(program);

  const train = addTrainCommand(program);

  program
    .command('generate')
    .description('continue a text with a decoder, and read and write any point inside it')
    .argument(
      '<model>',
      'an ONNX decoder, a folder with it and its tokenizer.json, or story-gpt: the one that comes with this program',
    )
    .requiredOption('--prompt <text>', 'the text to continue')
    .option('--max-tokens <n>', 'tokens to generate at most', whole(1), 64)
    .option('--temperature <t>', '0: always the most probable token; 1: as the model says', real(0), 0)
    .option('--top-k <k>', 'draw among the k most probable tokens; 0: all', whole(0), 0)
    .option('--top-p <p>', 'draw among the most probable tokens with this share together', real(0.000001, 1), 1)
    .option('--repetition-penalty <r>', 'makes tokens of the text less probable, for example 1.1', real(0.01), 1)
    .option('--seed <s>', 'seed of the draws', whole(0), 1)
    .option('--stop <text>', 'a text that ends the generation; may be given several times', collect(String))
    .option('--tap <point>', 'a point to read (resid_post.2, attn_probs.0, …); may be given several times', collect(String))
    .option(
      '--clamp <point=what>',
      'a point to write: z.2[h=3]=zero, resid_post.1[p=0:4]=add:0.5, attn_out.0=mean, v.1=patch:TEXT, resid_post.4=add:@FILE*8; may be given several times',
      collect(String),
    )
    .option('--out <dir>', 'folder for what is tapped, a safetensors file a point', 'taps')
    .option('--no-special', 'without the begin-of-text token that the tokenizer puts')
    .option('--threads <n>', 'threads of ONNX Runtime', whole(1), 1)
    .option('--json', 'print the result as JSON, on the last line of stdout')
    .action(async (model, options) => (await import('./commands/generate.js')).generateCommand(model, options));

  addLineageCommand(program);

  program
    .command('doctor')
    .description('say which engine runs here, and why')
    .option('--json', 'print as JSON')
    .action(async (options) => (await import('./commands/doctor.js')).doctorCommand(options));
  for (const command of [...program.commands, ...train.commands]) command.addOption(debug().hideHelp());
  return program;
}

function debug(): Option {
  return new Option('--debug', 'print stack traces');
}
