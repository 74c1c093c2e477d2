import { HelpDialog, type KeyHelp } from '../chrome/HelpDialog.js';

const KEYS: KeyHelp = [
  [['c'], 'camera on and off'],
  [['[', ']'], 'the layer before and after'],
  [['m'], 'the next way to explain'],
  [['s'], 'colours by channel or by layer'],
  [['←', '→'], 'in the maps: the channel before and after; ↑ and ↓ a row, Home and End to the ends'],
  [['Enter'], 'in the maps: explain this channel'],
];

export function LiveHelp() {
  return (
    <HelpDialog title="A network at work" keys={KEYS}>
      <p>
        Drop a picture on the page, paste one, pick one, or turn the camera on. The network sees it in its own size; beside it are
        the activation maps of every channel of one layer, and the classes with the highest scores. Choose a channel to see what
        else excites it.
      </p>
      <p>
        An explanation says where in the picture a class or a channel comes from. Methods differ, and each says a different thing;
        where a method promises that its values add up to something, the page shows by how much they miss it. Pictures stay on
        this machine.
      </p>
    </HelpDialog>
  );
}
