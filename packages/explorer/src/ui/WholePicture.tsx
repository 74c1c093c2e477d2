import type { WorkspaceManifest } from '@incognita/workspace/schema';
import './WholePicture.css';
import type { ReactNode } from 'react';
import type { Rectangle } from './PictureCrop.js';

interface Props {
  readonly picture: WorkspaceManifest['dataset']['pictures'][number];
  /** What is framed, in pixels of the network's input; null: nothing. */
  readonly rectangle: Rectangle | null;
  readonly alt: string;
  /** What lies over the picture. */
  readonly children?: ReactNode;
}

/** A stored picture with a frame around a part of it. */
export function WholePicture({ picture, rectangle, alt, children }: Props) {
  const percent = (part: number, whole: number) => `${(part / whole) * 100}%`;
  return (
    <span className="whole-picture">
      <img src={`./${picture.image}`} width={picture.widthPx} height={picture.heightPx} alt={alt} />
      {children}
      {rectangle && (
        <span
          className="whole-picture-frame"
          style={{
            left: percent(rectangle.left, picture.widthPx),
            top: percent(rectangle.top, picture.heightPx),
            width: percent(rectangle.width, picture.widthPx),
            height: percent(rectangle.height, picture.heightPx),
          }}
        />
      )}
    </span>
  );
}
