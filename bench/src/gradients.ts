import { vjp } from '@incognita/autodiff';
import { cut, findLayer, imageInput } from '@incognita/onnx';
import { type Feeds, loadModelSource, sessionSource, type Tensor, WorkerPool } from '@incognita/runtime';
import { benchCases } from './models.js';
import { normals } from './noise.js';
import type { Table } from './table.js';
import type { TimeArgs } from './time.task.js';

const task = (name: string) => ({ module: new URL('./time.task.js', import.meta.url).href, export: name });

/** Forward pass against vector-Jacobian product (which includes its own forward pass), milliseconds an image; of networks whose title begins so. */
export async function benchGradients(title?: string): Promise<Table> {
  const { present, absent } = benchCases(title);
  if (absent.length > 0) process.stdout.write(`gradients: not here, so not timed: ${absent.join(', ')}\n\n`);
  const rows: string[][] = [];
  for (const { title, file, layer, sizePx, batch, rounds } of present) {
    const source = await loadModelSource(file, { weights: 'map' });
    const { model } = source;
    const input = imageInput(model).name;
    const of = layer === null ? model.graph.outputs[0]!.name : findLayer(model, layer).tensor;
    const image: Tensor = { dtype: 'float32', dims: [batch, 3, sizePx, sizePx], data: normals(1, batch * 3 * sizePx * sizePx) };
    const forward = { source: sessionSource(source, cut(model, { outputs: [of] })), feeds: { [input]: image } };
    const one = new WorkerPool({ workers: 1 });
    const output = (await one.run<TimeArgs, Record<string, Tensor>>(task('runOnce'), { sessions: [forward], rounds: 1 }))[of]!;
    const feeds: Feeds = { [input]: image, [`cotangent:${of}`]: { ...output, data: normals(2, output.data.length) } };
    const backward = {
      source: sessionSource(source, vjp(model, { of, wrt: input, shapes: { [input]: [batch, 3, sizePx, sizePx] } })),
      feeds,
    };
    const args: TimeArgs = { sessions: [forward, backward], rounds };
    const [forwardMs, backwardMs] = (await one.run<TimeArgs, number[]>(task('timeSessions'), args)).map((ms) => ms / batch) as [
      number,
      number,
    ];
    await one.dispose();
    const two = new WorkerPool({ workers: 2 });
    const both = await Promise.all([0, 1].map(() => two.run<TimeArgs, number[]>(task('timeSessions'), args)));
    await two.dispose();
    // Two workers on a batch each: images come twice as often.
    const [forward2, backward2] = [0, 1].map((index) => (both[0]![index]! + both[1]![index]!) / 4 / batch) as [number, number];
    rows.push([
      `${title}, ${sizePx} px, batch ${batch}`,
      forwardMs.toFixed(2),
      backwardMs.toFixed(2),
      (backwardMs / forwardMs).toFixed(2),
      forward2.toFixed(2),
      backward2.toFixed(2),
    ]);
  }
  return {
    title: 'Gradients (milliseconds an image; the VJP includes its own forward pass)',
    header: ['network', 'forward', 'VJP', 'VJP / forward', 'forward, 2 workers', 'VJP, 2 workers'],
    rows,
  };
}
