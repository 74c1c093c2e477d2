import { useMemo } from 'react';
import { useResource } from '../../data/resource.js';
import { type Kernels, kernelPixels, readKernels } from '../../ui/kernels/kernelPixels.js';
import { PixelCanvas } from '../../ui/PixelCanvas.js';

/** The kernel of a channel that looks at the picture itself, as a small colour picture. */
export function StoredKernel({ file, channel }: { file: string; channel: number }) {
  const { value } = useResource(`kernels:${file}`, () => readKernels(file));
  return value && <Drawn kernels={value} channel={channel} />;
}

function Drawn({ kernels, channel }: { kernels: Kernels; channel: number }) {
  const { pixels, low, high } = useMemo(() => kernelPixels(kernels, channel), [kernels, channel]);
  const { width, height, planes } = kernels;
  return (
    <figure className="stored-kernel">
      <PixelCanvas pixels={pixels} width={width} height={height} />
      <figcaption className="number">
        <b>Its kernel</b>{' '}
        <span className="quiet">
          {height} × {width} pixels, {planes === 3 ? 'three colours' : 'one plane'} deep; weights from {low.toPrecision(2)} to{' '}
          {high.toPrecision(2)}, drawn as colours over that range.
        </span>
      </figcaption>
    </figure>
  );
}
