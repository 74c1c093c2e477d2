import type { TabPicture } from '../../engine/networkCalls.js';
import type { EnginePicture } from './LiveEngine.js';

/** Vector pictures are drawn with their long side at least this long, as our server does. */
const VECTOR_SIZE_PX = 512;

/** A picture as a worker takes it; vector pictures are drawn here, for workers of browsers cannot. */
export async function tabPicture(picture: EnginePicture): Promise<TabPicture> {
  if (picture.kind === 'pixels') return picture;
  return picture.bytes.type.startsWith('image/svg') ? drawn(picture.bytes) : { file: picture.bytes };
}

async function drawn(file: Blob): Promise<TabPicture> {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    await image.decode().catch(() => {
      throw new Error('The browser cannot draw this SVG.');
    });
    const [w, h] = [image.naturalWidth || VECTOR_SIZE_PX, image.naturalHeight || VECTOR_SIZE_PX];
    const scale = Math.max(1, VECTOR_SIZE_PX / Math.max(w, h));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(w * scale), Math.round(h * scale)];
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { width, height, data };
  } finally {
    URL.revokeObjectURL(address);
  }
}
