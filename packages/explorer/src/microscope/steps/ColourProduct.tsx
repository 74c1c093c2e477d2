import type { StepsAnswer } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import { kernelPixels } from '../../ui/kernels/kernelPixels.js';
import { PixelCanvas } from '../../ui/PixelCanvas.js';
import { useMicroscope } from '../data/MicroscopeContext.js';
import { colourPatch } from './colourPatch.js';

/** The patch and the kernel of a layer that looks at the picture itself, in colour. */
export function ColourProduct({ answer }: { answer: StepsAnswer }) {
  const { manifest } = useMicroscope();
  const { rows, columns, patch, padding, weights } = answer;
  const { preprocessing } = manifest;
  const seen = useMemo(() => colourPatch(patch, padding, preprocessing), [patch, padding, preprocessing]);
  const kernel = useMemo(() => {
    const size = rows * columns;
    const planes = preprocessing.colorOrder === 'bgr' ? [2, 1, 0] : [0, 1, 2];
    const data = Float32Array.from(planes.flatMap((plane) => weights.slice(plane * size, (plane + 1) * size)));
    return kernelPixels({ count: 1, planes: 3, height: rows, width: columns, data }, 0).pixels;
  }, [weights, rows, columns, preprocessing.colorOrder]);
  return (
    <div className="colour-product">
      <figure>
        <PixelCanvas pixels={seen} width={columns} height={rows} />
        <figcaption>the patch, as the network sees it</figcaption>
      </figure>
      <span aria-hidden="true">×</span>
      <figure>
        <PixelCanvas pixels={kernel} width={columns} height={rows} />
        <figcaption>the kernel, stretched to its range of weights</figcaption>
      </figure>
      <p className="quiet">Each colour is a slice of its own: below they are apart.</p>
    </div>
  );
}
