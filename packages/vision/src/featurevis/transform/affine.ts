/**
 * Where an output pixel comes from. With coordinates relative to the centres of both pictures:
 * source = (xx · x + xy · y + x0, yx · x + yy · y + y0).
 */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly x0: number;
  readonly y0: number;
}

/** Leaves a picture as it is. */
export const IDENTITY: Affine = { xx: 1, xy: 0, yx: 0, yy: 1, x0: 0, y0: 0 };

/** The picture shifted: output (x, y) shows source (x + dx, y + dy). */
export function shift(dx: number, dy: number): Affine {
  return { ...IDENTITY, x0: dx, y0: dy };
}

/** The picture enlarged `factor` times about its centre. */
export function scale(factor: number): Affine {
  return { ...IDENTITY, xx: 1 / factor, yy: 1 / factor };
}

/** The picture turned about its centre by an angle in degrees, clockwise as seen. */
export function rotate(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { xx: cos, xy: sin, yx: -sin, yy: cos, x0: 0, y0: 0 };
}

/** Transforms applied to a picture one after the other, first to last, as one. */
export function compose(...steps: readonly Affine[]): Affine {
  return steps.reduce(
    (first, then) => ({
      xx: first.xx * then.xx + first.xy * then.yx,
      xy: first.xx * then.xy + first.xy * then.yy,
      yx: first.yx * then.xx + first.yy * then.yx,
      yy: first.yx * then.xy + first.yy * then.yy,
      x0: first.xx * then.x0 + first.xy * then.y0 + first.x0,
      y0: first.yx * then.x0 + first.yy * then.y0 + first.y0,
    }),
    IDENTITY,
  );
}
