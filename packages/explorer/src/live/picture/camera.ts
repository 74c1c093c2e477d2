import type { EnginePicture } from '../data/LiveEngine.js';
import type { PictureSource } from '../data/LiveRun.js';

/** Longer side of the pictures that a camera is asked for: networks see hardly more. */
const SIDE_PX = 320;

/** A camera that is on. */
export interface Camera extends PictureSource {
  stop(): void;
}

/**
 * Turns the camera on. Pixels are those that it gives, unscaled; the network's own resize follows.
 *
 * @throws Error that says in plain words why there is no camera.
 */
export async function openCamera(key: string, onEnd: () => void): Promise<Camera> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined)
    throw new Error('This browser gives no camera to this page: open it as http://127.0.0.1 or http://localhost.');
  const stream = await devices
    .getUserMedia({
      video: { width: { ideal: SIDE_PX }, height: { ideal: (SIDE_PX * 3) / 4 }, facingMode: 'user' },
      audio: false,
    })
    .catch((error: DOMException) => {
      throw new Error(whyNot(error));
    });
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  let on = true;
  const stop = (): void => {
    on = false;
    for (const track of stream.getTracks()) track.stop();
  };
  for (const track of stream.getVideoTracks())
    track.addEventListener('ended', () => {
      stop();
      onEnd();
    });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  return {
    key,
    moves: true,
    stop,
    async next(): Promise<EnginePicture | null> {
      await nextPicture(video, () => on);
      if (!on) return null;
      const { videoWidth: width, videoHeight: height } = video;
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      context.drawImage(video, 0, 0);
      return { kind: 'pixels', width, height, data: context.getImageData(0, 0, width, height).data };
    },
  };
}

/** The camera's failure in plain words. */
export function whyNot({ name, message }: Pick<DOMException, 'name' | 'message'>): string {
  if (name === 'NotAllowedError')
    return 'The camera was refused. Allow it for this page in the browser, or show a picture instead.';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'There is no camera here. Show a picture instead.';
  if (name === 'NotReadableError')
    return 'The camera cannot be read: another program may be using it. Close that, or show a picture instead.';
  return `The camera cannot be used: ${message || name}. Show a picture instead.`;
}

/** Waits for a picture that was not seen yet; where the browser cannot tell, for the next frame of the screen. */
function nextPicture(video: HTMLVideoElement, on: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    // A camera that stops gives no further picture.
    const timer = setTimeout(resolve, on() ? 1000 : 0);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(done);
    else requestAnimationFrame(done);
  });
}
