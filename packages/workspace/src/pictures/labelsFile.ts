import { WorkspaceError } from '../errors.js';

/**
 * Reads `labels.csv`: comma-separated with a header that names the columns `file` and `label` (others are ignored); fields may
 * be quoted. Source: RFC 4180. Returns label by file. @throws WorkspaceError naming the line.
 */
export function parseLabels(text: string): Map<string, string> {
  const [header, ...rows] = parseCsv(text.replace(/^\ufeff/, ''));
  const names = (header ?? []).map((name) => name.trim().toLowerCase());
  const [fileColumn, labelColumn] = [names.indexOf('file'), names.indexOf('label')];
  if (fileColumn < 0 || labelColumn < 0)
    throw new WorkspaceError(
      `labels.csv must begin with a line that names the columns "file" and "label"; it has: ${names.join(', ')}.`,
    );
  const labels = new Map<string, string>();
  for (const [i, row] of rows.entries()) {
    const [file, label] = [row[fileColumn]?.trim(), row[labelColumn]?.trim()];
    if (!file || label === undefined)
      throw new WorkspaceError(`labels.csv has no file or no label in row ${i + 2}: "${row.join(',')}".`);
    const path = file.replaceAll('\\', '/').replace(/^\.\//, '');
    if (labels.has(path)) throw new WorkspaceError(`labels.csv names "${path}" twice, again in row ${i + 2}. Keep one of them.`);
    labels.set(path, label);
  }
  return labels;
}

/** Rows of fields; empty lines are left out. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = () => {
    row.push(field);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    field = '';
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted && character === '"' && text[i + 1] === '"') field += text[++i];
    else if (character === '"' && (quoted || field === '')) quoted = !quoted;
    else if (quoted) field += character;
    else if (character === ',') {
      row.push(field);
      field = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (quoted) throw new WorkspaceError('labels.csv has a quotation mark that is never closed.');
  endRow();
  return rows;
}
