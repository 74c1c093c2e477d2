/**
 * The parameters a and b of UMAP's low-dimensional similarity 1 / (1 + a·d^{2b}).
 *
 * Least squares (Levenberg–Marquardt) against 1 for d < minDist and exp(−(d − minDist)/spread) beyond, on 300 points of
 * 0…3·spread. Source: lmcinnes/umap `umap/umap_.py::find_ab_params`. `minDist` and `spread` in units of the layout.
 */
export function similarityCurve(minDist: number, spread = 1): { a: number; b: number } {
  const count = 300;
  const xs = Float64Array.from({ length: count }, (_, i) => (3 * spread * i) / (count - 1));
  const ys = xs.map((x) => (x < minDist ? 1 : Math.exp(-(x - minDist) / spread)));
  const errorAt = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (ys[i]! - 1 / (1 + a * xs[i]! ** (2 * b))) ** 2;
    return sum;
  };
  let a = 1;
  let b = 1;
  let error = errorAt(a, b);
  let damping = 1e-3;
  for (let step = 0; step < 500 && damping < 1e12; step++) {
    let jaa = 0;
    let jab = 0;
    let jbb = 0;
    let ga = 0;
    let gb = 0;
    for (let i = 0; i < count; i++) {
      const x = xs[i]!;
      if (x === 0) continue;
      const power = x ** (2 * b);
      const f = 1 / (1 + a * power);
      const da = -power * f * f;
      const db = -2 * a * power * Math.log(x) * f * f;
      const residual = ys[i]! - f;
      jaa += da * da;
      jab += da * db;
      jbb += db * db;
      ga += da * residual;
      gb += db * residual;
    }
    const p = jaa * (1 + damping);
    const q = jbb * (1 + damping);
    const determinant = p * q - jab * jab;
    const stepA = (q * ga - jab * gb) / determinant;
    const stepB = (p * gb - jab * ga) / determinant;
    const next = errorAt(a + stepA, b + stepB);
    if (next <= error && a + stepA > 0) {
      a += stepA;
      b += stepB;
      const settled = error - next <= 1e-14 * error;
      error = next;
      damping /= 10;
      if (settled) break;
    } else {
      damping *= 10;
    }
  }
  return { a, b };
}
