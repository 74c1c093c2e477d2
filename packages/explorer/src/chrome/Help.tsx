import { Dialog } from './Dialog.js';

const KEYS: readonly (readonly [readonly string[], string])[] = [
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
  [['t'], 'light or dark'],
  [['?'], 'this help'],
];

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Reading the map">
      <p>
        Each tile stands for activations of one layer that point in a similar direction: things that the network sees as alike.
        What lies close together on the map is alike to the network; large distances mean little.
      </p>
      <p>
        A <em>photograph</em> is a real patch of a picture. An <em>icon</em> is a picture made by optimisation so that the network
        answers as it does to the mean of the cell; its panel says how well that worked. Larger tiles stand for more activations.
      </p>
      <h3>Keys</h3>
      <dl className="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={meaning} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
