import { rename, rm, writeFile } from 'node:fs/promises';
import type { ValueInfo } from '@incognita/onnx';
import { UsageError } from './errors.js';

/** Writes a file in one step: what was there stays until the new content is complete. */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC')
      throw new UsageError(
        `cannot write ${path}: the disk is full. Free some space, or name another folder, and run the command again.`,
      );
    throw new UsageError(`cannot write ${path}: ${message}`);
  }
}

/** One line of JSON on stdout, for scripts. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A table in columns: the first left-aligned, numbers right-aligned. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)),
  );
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}

/** A tensor's name, type and shape: `image float32[n, 3, 224, 224]`. */
export function describeValue({ name, type }: ValueInfo): string {
  if (type === null) return name;
  return `${name} ${type.dtype}[${type.shape?.map((dim) => dim ?? '?').join(', ') ?? '…'}]`;
}
