import type { FileSystem } from '../disk/fileSystem.js';
import { decodeSafetensors, type SafetensorsFile } from '../schema/safetensors.js';
import { SafetensorsError } from '../schema/safetensorsTypes.js';
import { type TrainingIcons, trainingIconsSchema } from '../schema/training.js';
import { readIfThere } from './folderFiles.js';

/** The tensors of a file; null where it is absent or damaged. */
export async function readTensors(fs: FileSystem, file: string): Promise<SafetensorsFile | null> {
  const bytes = await readIfThere(fs, file);
  if (bytes === null) return null;
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof SafetensorsError) return null;
    throw error;
  }
}

/** Null where the list is damaged: it is made anew then. */
export function iconsOf(text: string): TrainingIcons | null {
  try {
    return trainingIconsSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
