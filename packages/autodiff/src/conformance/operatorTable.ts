import { supportedOperators } from '../operators.js';
import { blocked } from '../rules/blocked.js';
import { Draw } from './draw.js';
import { generators } from './generators.js';
import { sinceVersion } from './sinceVersion.js';

/** How the derivatives of an operator ran on each engine. */
export type EngineTable = Readonly<Record<string, Readonly<Record<'wasm' | 'webgpu', 'yes' | 'partly' | 'no'>>>>;

const DRAWS = 60;
const UNKNOWN = 'not measured';

/** What engines do differently, as the problems of an operator say. */
function exceptionsOf(name: string): string[] {
  const generate = generators.get(name);
  if (!generate) return [];
  const reasons = new Set<string>();
  for (let seed = 1; seed <= DRAWS; seed++)
    for (const [engine, { reason }] of Object.entries(generate(new Draw(seed)).exceptions ?? {}))
      reasons.add(`${engine === 'webgpu' ? 'WebGPU' : 'WASM'}: ${reason}`);
  return [...reasons].sort();
}

/** The page docs/operators.md: what is differentiable, how, and on which engines; what rightly is not. */
export function operatorTable(engines: EngineTable): string {
  const notes: string[] = [];
  const note = (text: string): string => {
    if (!notes.includes(text)) notes.push(text);
    return String(notes.indexOf(text) + 1);
  };
  const rows = supportedOperators().map(({ op, domain, how, vjp, jvp }) => {
    const key = domain === '' ? op : `${domain}::${op}`;
    const ran = engines[key];
    const marks = exceptionsOf(key).map(note);
    const since = domain === '' ? sinceVersion.get(op)! : 1;
    const webgpu = ran ? ran.webgpu : UNKNOWN;
    const cells = [
      op,
      domain === '' ? 'ai.onnx' : domain,
      since,
      how,
      vjp ? 'yes' : 'no',
      jvp ? 'yes' : 'no',
      generators.has(key) ? 'yes' : UNKNOWN,
    ];
    const last = marks.length > 0 ? `${webgpu} (${marks.join(', ')})` : webgpu;
    return `| ${[...cells, ran ? ran.wasm : UNKNOWN, last].join(' | ')} |`;
  });
  return [
    '# Operators with a gradient',
    '',
    'Written by `operators.test.ts` from the registry and from what the engines did in the conformance suite; do not edit.',
    'Anything else on the way between `wrt` and `of` is a `MissingRuleError` that names the operator and the node. Models of',
    'operator sets before 18 are brought to 18 first.',
    '',
    '- *since*: the operator set that introduced the operator.',
    '- *how*: by a rule of its own, or by a decomposition into operators that have rules.',
    '- *CPU*: ONNX Runtime in Node, where every operator is held against finite differences and forwards against backwards. *WASM*',
    '  (in Node and in Chromium) and *WebGPU* (in Chromium, on SwiftShader): the same numbers to 10⁻⁴. *partly*: some nodes of the',
    '  derivative or of the forward pass, whose kernels WebGPU lacks, run on the CPU.',
    '',
    'What a derivative is where it is a choice (ReLU at zero, ties, bounds) is in the',
    '[README of autodiff](../packages/autodiff/README.md#conventions-where-a-derivative-is-a-choice).',
    '',
    '| operator | domain | since | how | reverse (`vjp`) | forward (`jvp`) | CPU | WASM | WebGPU |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...notes.map((text, i) => `${i + 1}. ${text}.`),
    '',
    `Through these no gradient passes, rightly: ${[...blocked].sort().join(', ')}; and Cast to integers or booleans. An If whose`,
    'condition follows from the shapes is replaced by the branch that is taken, a Loop or Scan of few known iterations by these;',
    'operators on sequences and optional values become operators on their tensors where positions and sizes are known.',
    '',
  ].join('\n');
}
