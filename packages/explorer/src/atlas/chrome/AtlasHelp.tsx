import { HelpDialog, type KeyHelp } from '../../chrome/HelpDialog.js';

const KEYS: KeyHelp = [
  [['←', '↑', '→', '↓'], 'move the map; in the cells, go to the next cell'],
  [['+', '−'], 'zoom in and out'],
  [['0'], 'show the whole map'],
  [['Enter'], 'open the cell in focus'],
  [['Shift', 'Enter'], 'path from the open cell to the cell in focus; with the mouse, Shift and click'],
  [['Esc'], 'close what was opened last'],
  [['/'], 'find a class or a label'],
  [['i'], 'tiles are icons'],
  [['p'], 'tiles are photographs'],
  [['l'], 'names on and off'],
];

export function AtlasHelp() {
  return (
    <HelpDialog title="Reading the map" keys={KEYS}>
      <p>
        Each tile stands for activations of one layer that point in a similar direction: things that the network sees as alike.
        What lies close together on the map is alike to the network; large distances mean little.
      </p>
      <p>
        A <em>photograph</em> is a real patch of a picture. An <em>icon</em> is a picture made by optimisation so that the network
        answers as it does to the mean of the cell; its panel says how well that worked. Larger tiles stand for more activations.
      </p>
    </HelpDialog>
  );
}
