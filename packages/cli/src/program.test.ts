import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createProgram } from './program.js';

const page = new URL('../../../docs/commands.md', import.meta.url);

/** All commands with their names, those within others after them. */
function commandsOf(parent: Command, prefix = ''): { name: string; command: Command }[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    return [{ name, command }, ...commandsOf(command, `${name} `)];
  });
}

function render(): string {
  const program = createProgram();
  const sections = commandsOf(program).map(({ name, command }) => {
    const help = command.configureHelp({ helpWidth: 110 }).helpInformation().trim();
    return `## incognita ${name}\n\n\`\`\`\n${help}\n\`\`\`\n`;
  });
  return ['# Commands\n', 'Written by `program.test.ts` from the commands themselves; do not edit.\n', ...sections].join('\n');
}

it('is described by docs/commands.md (UPDATE=1 rewrites it)', () => {
  if (process.env.UPDATE) writeFileSync(page, render());
  expect(readFileSync(page, 'utf8')).toBe(render());
});

it('has a one-line description of every command and option', () => {
  for (const { command } of commandsOf(createProgram())) {
    expect(command.description()).not.toBe('');
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
  }
});
