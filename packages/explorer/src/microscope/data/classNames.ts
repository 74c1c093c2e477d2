import type { WorkspaceManifest } from '@incognita/workspace/schema';

/** The name of a class, or its number. */
export function className({ classes }: WorkspaceManifest, index: number): string {
  return classes?.names[index] ?? `class ${index}`;
}

/** What a picture is called: its label, else its file without folders. */
export function pictureName({ label, file }: WorkspaceManifest['dataset']['pictures'][number]): string {
  return label ?? file.slice(file.lastIndexOf('/') + 1);
}
