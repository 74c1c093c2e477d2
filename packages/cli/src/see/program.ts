import { type Command, Option } from 'commander';
import { MODEL, PICTURES } from '../argumentTexts.js';
import { real, whole } from '../numbers.js';
import { addWorkspaceOptions } from '../workspaceOptions.js';

const collect = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];

/** Adds `incognita see`. */
export function addSeeCommand(program: Command): void {
  program
    .command('see')
    .description('pictures that excite units of a network: feature visualization, as files and a contact sheet')
    .argument('<model>', MODEL)
    .argument(
      '<units...>',
      'LAYER, LAYER:CHANNEL, LAYER:FROM-TO, class:NAME, ATTENTION.heads:N; @center, @class or @ROW,COLUMN behind it; joined by +, - or *',
    )
    .addOption(
      new Option(
        '--objective <name>',
        'channel: the mean over positions; neuron: the unit at the centre; cosine: that, with its direction alone; deepdream: a whole layer',
      )
        .choices(['channel', 'neuron', 'cosine', 'deepdream'])
        .default('channel'),
    )
    .option('--steps <n>', 'optimisation steps (default: 256, with --accentuate 100)', whole(1))
    .option('--diversity <n>', 'pictures of each unit, unlike each other', whole(2))
    .option('--negative', 'what silences the unit instead')
    .option('--maco <pictures>', 'keep the spectrum of the pictures of a folder (MACO)')
    .option('--accentuate <picture>', 'start from this picture and stay near to it (feature accentuation)')
    .option('--near <layer>', 'with --accentuate: the layer in which to stay near (default: halfway to the unit)')
    .option('--keep <share>', 'with --accentuate: how strongly, as a share of the pull of the unit (default: 1)', real(0))
    .option('--pixels', 'optimise plain pixels instead of a spectrum')
    .option('--smooth <weight>', 'penalise total variation', real(0))
    .addOption(
      new Option('--transforms <name>', 'random transforms between steps').choices([
        'standard',
        'notebook',
        'lucidRecipe',
        'featureVisualization',
        'horama',
        'crops',
        'none',
      ]),
    )
    .option('--rules <name>', 'how the gradient goes back, as for incognita gradient; may be given several times', collect)
    .option('--transparent', 'make what mattered little transparent')
    .option('--size <px>', 'side of what the network sees (default: its own, or 128)', whole(8))
    .option('--preprocessing <name>', 'a preset (imagenet, minusOneToOne, zeroToOne, caffe) or a JSON file')
    .option('--labels <file>', 'names of the classes: JSON array, id2label, or one a line')
    .option('--max-megapixels <n>', 'refuse larger pictures', Number, 50)
    .option('--seed <s>', 'seed of every random choice', whole(0), 1)
    .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
    .addOption(new Option('--format <name>', 'of the pictures').choices(['png', 'webp']).default('png'))
    .option('--out <dir>', 'folder of the pictures (default: <model>.see here)')
    .option('--json', 'print files, scores and the objective over time as JSON')
    .action(async (model, units, options) => (await import('../commands/see.js')).seeCommand(model, units, options));
}

/** Adds `incognita attribute`. */
export function addAttributeCommand(program: Command): void {
  program
    .command('attribute')
    .description('where in a picture a class or a channel comes from: heat maps by seven methods')
    .argument('<model>', MODEL)
    .argument('<picture>', 'a picture')
    .option('--of <unit>', 'class:NAME, class:NUMBER or LAYER:CHANNEL (default: the strongest class)')
    .option(
      '--method <name>',
      'saliency, smoothgrad, integrated, gradcam, guided, lrp or jvp (activation × gradient of a layer); may be given several times (default: all)',
      collect,
    )
    .option('--layer <name>', 'the layer of gradcam and jvp (default: the last with positions before the unit)')
    .option('--preprocessing <name>', 'a preset (imagenet, minusOneToOne, zeroToOne, caffe) or a JSON file')
    .option('--size <px>', 'side of the network input in pixels', whole(8))
    .option('--labels <file>', 'names of the classes: JSON array, id2label, or one a line')
    .option('--max-megapixels <n>', 'refuse a larger picture', Number, 50)
    .option('--seed <s>', "seed of smoothgrad's noise", whole(0), 1)
    .option('--workers <n>', 'worker threads (default: the number of cores)', whole(1))
    .option('--out <dir>', 'folder of the maps (default: <picture>.attribution here)')
    .option('--json', 'print files, scores and checks as JSON')
    .action(async (model, picture, options) =>
      (await import('../commands/attribute.js')).attributeCommand(model, picture, options),
    );
}

/** Adds `incognita microscope`. */
export function addMicroscopeCommand(program: Command): void {
  const microscope = program
    .command('microscope')
    .description(
      'every channel of a network over a folder of pictures: patches, histograms, connections, classes, optimised images',
    )
    .argument('<model>', MODEL)
    .argument('<images>', PICTURES)
    .option('--layer <name>', 'a layer to look at; may be given several times (default: all but pools)', collect)
    .option('--images <which>', 'channels of each block that get images of what excites them: all, none, or N of them', some, 4)
    .option('--negative <which>', 'of these, channels that get images of what silences them', some, 4)
    .option('--diverse <which>', 'of these, channels that get four images that are unlike each other', some, 4)
    .option('--steps <n>', 'optimisation steps of an image (default: 192)', whole(1));
  addWorkspaceOptions(microscope, {
    out: 'the workspace, which may hold an atlas already',
    during: 'the microscope is being filled',
  }).action(async (model, images, options) =>
    (await import('../commands/microscope.js')).microscopeCommand(model, images, options),
  );
}

function some(text: string): 'all' | 'none' | number {
  return text === 'all' || text === 'none' ? text : whole(0)(text);
}
