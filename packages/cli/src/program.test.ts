import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createProgram } from './program.js';

const page = new URL('../../../docs/commands.md', import.meta.url);

function render(): string {
  const program = createProgram();
  const sections = program.commands.map((command) => {
    const help = command.configureHelp({ helpWidth: 110 }).helpInformation().trim();
    return `## incognita ${command.name()}\n\n\`\`\`\n${help}\n\`\`\`\n`;
  });
  return ['# Commands\n', 'Written by `program.test.ts` from the commands themselves; do not edit.\n', ...sections].join('\n');
}

it('is described by docs/commands.md (UPDATE=1 rewrites it)', () => {
  if (process.env.UPDATE) writeFileSync(page, render());
  expect(readFileSync(page, 'utf8')).toBe(render());
});

it('has a one-line description of every command and option', () => {
  for (const command of createProgram().commands) {
    expect(command.description()).not.toBe('');
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
  }
});
