import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WorkspaceError, WorkspaceVersionError } from './errors.js';
import { readTree, temporaryFolder } from './testing.js';
import { smallManifest } from './testing.manifest.js';
import { createWorkspace, openWorkspace } from './workspace.js';

describe('opening', () => {
  test('a new folder, an empty one and one that a run has left become a workspace', async () => {
    const dir = await temporaryFolder();
    for (const place of [dir, dir, join(dir, 'stages', 'new', 'deeper')]) await (await createWorkspace(place)).close();
    await (await openWorkspace(dir, { write: true })).close();
  });

  test('a folder with other files is refused and left as it is', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'holiday.jpg'), 'x');
    const before = await readTree(dir);
    await expect(createWorkspace(dir)).rejects.toThrow(/is not a workspace: it has no incognita.json.*"holiday.jpg"/);
    await expect(openWorkspace(dir, { write: false })).rejects.toThrow('is not a workspace');
    await mkdir(join(dir, 'stages'));
    await expect(createWorkspace(dir)).rejects.toThrow('"holiday.jpg"');
    expect(await readTree(dir)).toEqual({ ...before, 'stages/': '' });
  });

  test('litter of operating systems does not count, and a workspace may hold files of its user', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, '.DS_Store'), '');
    const workspace = await createWorkspace(dir);
    await workspace.writeManifest(smallManifest());
    await workspace.close();
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await (await createWorkspace(dir)).close();
  });

  test('a folder that is absent, empty or a file is no workspace to open', async () => {
    const dir = await temporaryFolder();
    await expect(openWorkspace(join(dir, 'absent'), { write: false })).rejects.toThrow('does not exist');
    await expect(openWorkspace(dir, { write: true })).rejects.toThrow('is empty');
    await writeFile(join(dir, 'file'), '');
    await expect(createWorkspace(join(dir, 'file'))).rejects.toThrow('is a file, not a folder');
  });

  test('a workspace of a newer version is refused by readers and writers', async () => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'incognita.json'), JSON.stringify({ format: 'incognita-workspace', version: 7, novelty: true }));
    for (const attempt of [() => createWorkspace(dir), () => openWorkspace(dir, { write: false })]) {
      const error: WorkspaceVersionError = await attempt().then(
        () => expect.unreachable(),
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(WorkspaceVersionError);
      expect(error.message).toBe(
        `The workspace ${dir} has format version 7; this version of Incognita reads up to version 1. Update Incognita, or choose another folder.`,
      );
    }
  });

  test.each([
    ['{"format":', 'is damaged'],
    ['{"name":"package"}', 'is not the manifest of a workspace: its format is missing'],
    ['[]', 'is not the manifest of a workspace'],
    ['{"format":"incognita-workspace","version":1}', /is damaged:(.|\n)*seed/],
  ])('a manifest %s is refused with the reason', async (text, message) => {
    const dir = await temporaryFolder();
    await writeFile(join(dir, 'incognita.json'), text);
    await expect(openWorkspace(dir, { write: false })).rejects.toThrow(message);
  });
});

describe('the manifest', () => {
  test('it comes back as it was written, in one canonical text', async () => {
    const dir = await temporaryFolder();
    const workspace = await createWorkspace(dir);
    expect(await workspace.readManifest()).toBeNull();
    await workspace.writeManifest(smallManifest());
    const text = await readFile(join(dir, 'incognita.json'), 'utf8');
    expect(text).toMatch(/^\{"classes":null,"complete":false,.*\}\n$/);
    await workspace.writeManifest(
      Object.fromEntries(Object.entries(smallManifest()).reverse()) as ReturnType<typeof smallManifest>,
    );
    expect(await readFile(join(dir, 'incognita.json'), 'utf8')).toBe(text);
    expect(await workspace.readManifest()).toEqual(smallManifest());
    expect(Object.keys(await readTree(dir))).toEqual(['incognita.json', 'lock', 'run.jsonl', 'stages/']);
    await workspace.close();
  });

  test('one that breaks the schema is not written, and the message names the value', async () => {
    const workspace = await createWorkspace(await temporaryFolder());
    await expect(workspace.writeManifest(smallManifest({ seed: 0.5 }))).rejects.toThrow(/seed/);
    expect(await workspace.readManifest()).toBeNull();
    await workspace.close();
  });
});

describe('files', () => {
  test('a path that leads outside is not read, whichever way it does', async () => {
    const dir = await temporaryFolder();
    const secret = join(await temporaryFolder(), 'secret');
    await writeFile(secret, 'secret');
    const workspace = await createWorkspace(dir);
    await symlink(secret, join(dir, 'stages', 'link'));
    for (const path of ['../secret', 'a/../../secret', '/etc/passwd', 'C:/x', 'a\\..\\b', 'a//b', './a', 'a\0', ''])
      expect(() => workspace.resolve(path), path).toThrow('is not a path inside the workspace');
    await expect(workspace.read('stages/link')).rejects.toThrow('by a symbolic link');
    await expect(workspace.read('stages/absent')).rejects.toThrow('has no file "stages/absent"');
    await workspace.close();
  });

  test('shared files are replaced whole; names of the workspace itself are refused', async () => {
    const workspace = await createWorkspace(await temporaryFolder());
    await workspace.writeShared('explorer/assets/a.js', 'one');
    await workspace.writeShared('explorer/assets/a.js', Buffer.from('two'));
    expect(Buffer.from(await workspace.read('explorer/assets/a.js')).toString()).toBe('two');
    await workspace.removeShared('explorer/assets/a.js');
    await workspace.removeShared('explorer/assets/a.js');
    await expect(workspace.read('explorer/assets/a.js')).rejects.toThrow('has no file');
    for (const path of ['incognita.json', 'lock', 'run.jsonl', 'stages/x', '.hidden', '../x']) {
      await expect(workspace.writeShared(path, ''), path).rejects.toThrow(WorkspaceError);
      await expect(workspace.removeShared(path), path).rejects.toThrow(WorkspaceError);
    }
    await workspace.close();
  });

  test('a reader writes nothing, and a closed writer neither', async () => {
    const dir = await temporaryFolder();
    const workspace = await createWorkspace(dir);
    const reader = await openWorkspace(dir, { write: false });
    await expect(reader.writeManifest(smallManifest())).rejects.toThrow('for reading only');
    await expect(reader.stage({ name: 'a', version: 1, inputs: null }, () => 1)).rejects.toThrow('for reading only');
    await workspace.close();
    await workspace.close();
    await expect(workspace.log({ event: 'x' })).rejects.toThrow('has been closed');
  });
});
