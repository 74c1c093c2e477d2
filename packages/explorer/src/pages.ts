import type { Offers } from '@incognita/workspace/schema';
import type { ComponentType } from 'react';

export interface Page {
  /** In the address: `?page=<id>`. */
  readonly id: string;
  readonly name: string;
  /** What it shows: the rest of a sentence. */
  readonly shows: string;
  readonly load: () => Promise<{ default: ComponentType }>;
  /** Null where the place can fill the page; else why not, and what to do. */
  readonly lacks: (offers: Offers) => string | null;
  /** Whether the page may open where no address names one; default: yes, if it can be filled. */
  readonly first?: (offers: Offers) => boolean;
  /** Where the first link of the page leads past the header; default: its content. */
  readonly skip?: { readonly to: string; readonly text: string };
  /** The page lies under the header, from edge to edge. */
  readonly fullBleed?: true;
}

/** Every page, in the order of the navigation and of the number keys. The first that a place can fill opens by itself. */
export const PAGES: readonly Page[] = [
  {
    ...{ id: 'atlas', name: 'Atlas', shows: 'maps of what a layer has learned', fullBleed: true },
    load: () => import('./atlas/AtlasRoot.js'),
    lacks: ({ atlas }) => (atlas ? null : 'There is no atlas here. Make one: npx incognita atlas model.onnx pictures/ --open'),
    skip: { to: '#cells', text: 'Skip to the cells of the map' },
  },
  {
    ...{ id: 'microscope', name: 'Microscope', shows: 'every channel of every layer of a network of pictures' },
    load: () => import('./microscope/MicroscopePage.js'),
    lacks: ({ microscope }) =>
      microscope
        ? null
        : 'No network has been put under the microscope here. Do it: npx incognita microscope model.onnx pictures/ --out my-atlas',
  },
  {
    ...{ id: 'live', name: 'Live', shows: 'a network at work on your pictures or your camera' },
    load: () => import('./live/LivePage.js'),
    lacks: ({ networks }) =>
      networks.some(({ lacks }) => lacks === null)
        ? null
        : 'Networks run on this machine’s server, and there is none here. Start it: npx incognita open FOLDER',
    // A network comes along everywhere: what the place itself holds goes before it.
    first: ({ atlas, microscope, runs, studies, decoders }) =>
      !atlas && !microscope && runs.length + studies.length === 0 && decoders.every(({ embedded }) => embedded),
  },
  {
    ...{ id: 'language', name: 'Language', shows: 'a text on its way to the next token, with every number' },
    load: () => import('./language/LanguagePage.js'),
    lacks: ({ decoders }) =>
      decoders.length > 0
        ? null
        : 'There is no decoder of text here: a folder with an ONNX file and its tokenizer.json. Open one: npx incognita open FOLDER',
    first: ({ decoders }) => decoders.some(({ embedded }) => !embedded),
  },
  {
    ...{ id: 'learn', name: 'Learn', shows: 'a network while it is trained, and after' },
    load: () => import('./learn/LearnPage.js'),
    lacks: ({ runs, studies }) =>
      runs.length + studies.length > 0
        ? null
        : 'There is no training run here. Begin one: npx incognita train lenet5 pictures/ --out runs/mine --open',
  },
];
