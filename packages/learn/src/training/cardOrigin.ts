/** What a card says of a training run. */
export interface CardOrigin {
  /** Of which step the weights are, and how many were taken. */
  readonly step: number;
  readonly steps: number;
  readonly engine: string;
  /** The command that gives the same file again. */
  readonly command: string;
  readonly settings: { readonly steps: number };
  /** Options that were changed on the way, and from which step on. */
  readonly changes: readonly { readonly step: number; readonly from: unknown; readonly to: unknown }[];
}

/** The section "How it was made" of a model card, in Markdown: step, command, settings, changes on the way. */
export function cardOrigin({ step, steps, engine, command, settings, changes }: CardOrigin): string {
  return `## How it was made

Weights of step ${count(step)}; ${count(steps)} of ${count(settings.steps)} steps were taken, on ${engine}.

\`\`\`sh
${command}
\`\`\`

\`\`\`json
${JSON.stringify(settings, null, 2)}
\`\`\`
${changes.map((change) => `\nFrom step ${count(change.step)} on \`${JSON.stringify(change.to)}\` instead of \`${JSON.stringify(change.from)}\`.\n`).join('')}`;
}

/** A whole number as cards write it: `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}
