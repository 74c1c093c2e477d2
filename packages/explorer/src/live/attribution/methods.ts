import { LIVE_METHODS, type LiveMethod } from '@incognita/workspace/schema';

/** What a method is called, and what its map says. */
export const METHODS: Readonly<Record<LiveMethod, { readonly name: string; readonly says: string }>> = {
  gradcam: { name: 'Grad-CAM', says: 'where the layer’s channels that raise the value are active (only what raises it)' },
  jvp: { name: 'Activation × gradient', says: 'what each position of the layer adds to the value, to first order' },
  integrated: { name: 'Integrated gradients', says: 'each pixel’s part of the difference from a black picture' },
  lrp: { name: 'Layer-wise relevance', says: 'the value handed back layer by layer to the pixels (rule: epsilonPlus)' },
  saliency: { name: 'Saliency', says: 'how strongly a small change of each pixel would change the value' },
  smoothgrad: { name: 'SmoothGrad', says: 'saliency, averaged over noisy copies of the picture' },
  guided: { name: 'Guided gradients', says: 'what the network sees rather than what the value depends on' },
};

const ORDER: readonly (LiveMethod | 'none')[] = [
  'none',
  ...(Object.keys(METHODS) as LiveMethod[]).filter((m) => LIVE_METHODS.includes(m)),
];

/** The method after another, and none after the last. */
export function nextMethod(method: LiveMethod | 'none'): LiveMethod | 'none' {
  return ORDER[(ORDER.indexOf(method) + 1) % ORDER.length]!;
}
