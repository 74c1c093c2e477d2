import type { Emitter } from './emitter.js';
import { interleave, type Phases } from './interleave.js';
import { adjointKernelPhase } from './kernels.js';
import type { Lead } from './phasedPool.js';
import type { Window } from './window.js';

/** A convolution of one group with a constant kernel over two axes of space, all sizes known. */
export interface KnownConvolution {
  readonly weight: string;
  readonly window: Window;
  readonly channels: number;
  /** Height and width of its input and of its output. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** The input gradient of a convolution whose output's cotangent is known by even and odd rows and columns. */
export interface AdjointOfPhases {
  /** Zeros that are wanted before the even and the odd places, by axis. */
  readonly lead: readonly [Lead, Lead];
  write(phases: Phases): string;
}

/** How the input gradient of a convolution is written from phases; null where it is not. */
export function adjointOfPhases(e: Emitter, convolution: KnownConvolution): AdjointOfPhases | null {
  const { strides, dilations } = convolution.window;
  if (dilations.some((d) => d !== 1)) return null;
  return strides.every((s) => s === 1) ? denseAdjoint(e, convolution) : transposedAdjoint(e, convolution);
}

/** A convolution from one phase of the output to one of the input, along one axis. */
interface Link {
  /** The first of every other tap of the kernel that it has. */
  readonly first: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Steps of one: place 2t + r of the input is seen by place 2t′ + u of the output through tap 2(t − t′) + r − u + p of the kernel,
 * with p places of padding. So each phase of the input is a sum of small convolutions of the phases, and only the input's
 * channels, which before a pool are the fewer ones, need to be put side by side.
 */
function denseAdjoint(e: Emitter, { weight, window, channels, from, to }: KnownConvolution): AdjointOfPhases | null {
  const [rows, columns] = [linksOf(window, from, to, 0), linksOf(window, from, to, 1)];
  if (!rows || !columns) return null;
  const term = (phase: string, row: Link, column: Link): string => {
    const kernel = adjointKernelPhase(e, weight, [row.first, column.first], [2, 2])!;
    return e.op('Conv', [phase, kernel], { pads: [row.begin, column.begin, row.end, column.end] });
  };
  const none: Lead = [0, 0];
  return {
    lead: [none, none],
    write: (phases) => {
      const parts = rows.map((rowLinks) =>
        columns.map((columnLinks) =>
          rowLinks
            .flatMap((row, u) => columnLinks.flatMap((column, v) => (row && column ? [term(phases[u]![v]!, row, column)] : [])))
            .reduce((sum, next) => e.op('Add', [next, sum])),
        ),
      );
      return interleave(e, parts as [string, string][], channels, from);
    },
  };
}

/** The links by phase of the input, then of the output; null where the output's cotangent would have to be cut. */
function linksOf(
  { kernel, begin }: Window,
  from: readonly number[],
  to: readonly number[],
  axis: number,
): readonly (readonly (Link | null)[])[] | null {
  const places = Math.ceil(from[axis]! / 2);
  const links = [0, 1].map((r) =>
    [0, 1].map((u): Link | null => {
      const offset = r - u + begin[axis]!;
      const first = Math.abs(offset % 2);
      const taps = Math.ceil((kernel[axis]! - first) / 2);
      const before = taps - 1 + (first - offset) / 2;
      return taps === 0 ? null : { first, begin: before, end: places + taps - 1 - before - Math.ceil((to[axis]! - u) / 2) };
    }),
  );
  return links.flat().every((link) => link === null || (link.begin >= 0 && link.end >= 0)) ? links : null;
}

/** Channels of an input up to which a transposed convolution a phase is the faster way, measured on ONNX Runtime: an image's. */
const FEW = 4;

/**
 * Steps of s: place 2t + u of the output reaches places 2s·t + s·u + a − p of the input, so each phase is a transposed convolution
 * with a stride of 2s. Where its padding p − s·u is negative, zeros come before the phase's places.
 */
function transposedAdjoint(e: Emitter, { weight, window, channels, from, to }: KnownConvolution): AdjointOfPhases | null {
  if (channels > FEW) return null;
  const { kernel, strides, begin } = window;
  const axes = [0, 1].map((axis) =>
    [0, 1].map((u) => {
      const [stride, offset] = [2 * strides[axis]!, strides[axis]! * u - begin[axis]!];
      const lead = Math.max(0, Math.ceil(offset / stride));
      const before = lead * stride - offset;
      const beyond = (Math.ceil((to[axis]! - u) / 2) + lead - 1) * stride + kernel[axis]! - before - from[axis]!;
      return { stride, lead, before, after: Math.max(0, beyond), output: Math.max(0, -beyond) };
    }),
  );
  if (axes.flat().some(({ stride, output }) => output >= stride)) return null;
  return {
    lead: axes.map((phases) => phases.map(({ lead }) => lead)) as unknown as [Lead, Lead],
    write: (phases) => {
      const parts = phases.flatMap((row, u) =>
        row.map((phase, v) => {
          const at = [axes[0]![u]!, axes[1]![v]!];
          return e.op('ConvTranspose', [phase, weight], {
            kernel_shape: kernel,
            strides: at.map(({ stride }) => stride),
            pads: [...at.map(({ before }) => before), ...at.map(({ after }) => after)],
            output_padding: at.map(({ output }) => output),
          });
        }),
      );
      return e.op('Sum', parts);
    },
  };
}
