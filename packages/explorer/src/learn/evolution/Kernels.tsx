import { useEffect, useRef } from 'react';
import { load, type Resource, useResource } from '../../data/resource.js';
import { type Kernels as KernelData, kernelPixels, readKernels } from '../../ui/kernels/kernelPixels.js';
import { stepFile } from './stepFile.js';
import { useLasting } from './useLasting.js';

interface Props {
  readonly path: string;
  readonly step: number;
  /** The step that comes next in motion, loaded ahead. */
  readonly next: number | undefined;
}

const loadKernels = (file: string) => () => readKernels(file);

/** The kernels of the first layer as small colour pictures, each on a scale of its own. */
export function Kernels({ path, step, next }: Props) {
  const file = `${path}kernels/${stepFile(step)}.safetensors`;
  const kernels = useLasting(useResource(file, loadKernels(file)) as Resource<KernelData>);
  useEffect(() => {
    if (next === undefined) return;
    const ahead = `${path}kernels/${stepFile(next)}.safetensors`;
    load(ahead, loadKernels(ahead)).catch(() => {});
  }, [path, next]);
  if (kernels.error !== null)
    return (
      <p className="quiet">
        No kernels of this step: this network's first layer is no convolution of pictures, or the file is gone.
      </p>
    );
  if (kernels.value === null) return null;
  const { count, height, width } = kernels.value;
  return (
    <>
      <h3 className="evolution-name">
        {count} kernels of the first layer, {height} × {width} pixels
      </h3>
      <ul className="kernels" aria-label={`Kernels at step ${step}`}>
        {Array.from({ length: count }, (_, kernel) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a kernel is its place
          <Kernel key={kernel} kernels={kernels.value!} kernel={kernel} />
        ))}
      </ul>
      <p className="quiet evolution-note">Each is stretched to its own range of weights.</p>
    </>
  );
}

function Kernel({ kernels, kernel }: { kernels: KernelData; kernel: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { pixels, low, high } = kernelPixels(kernels, kernel);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(pixels, kernels.width, kernels.height), 0, 0);
  }, [pixels, kernels]);
  const said = `Kernel ${kernel + 1}: weights from ${low.toPrecision(2)} to ${high.toPrecision(2)}`;
  return (
    <li>
      <canvas ref={canvas} width={kernels.width} height={kernels.height} role="img" aria-label={said} title={said} />
    </li>
  );
}
