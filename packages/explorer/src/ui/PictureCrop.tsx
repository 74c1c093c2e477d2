import type { WorkspaceManifest } from '@incognita/workspace/schema';
import './SheetTile.css';

type Picture = WorkspaceManifest['dataset']['pictures'][number];

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Props {
  readonly picture: Picture;
  readonly rectangle: Rectangle;
  /** For patches that are not square: `whole` centres them in the square, `stretch` fills it, as the tiles of sheets do. */
  readonly fit?: 'whole' | 'stretch';
}

/** A patch cut live from the stored picture. */
export function PictureCrop({ picture, rectangle, fit = 'whole' }: Props) {
  const { left, top, width, height } = rectangle;
  const share = (offset: number, part: number, whole: number) => (whole <= part ? 0 : (offset / (whole - part)) * 100);
  const long = Math.max(width, height);
  const extent = (side: number) => (fit === 'stretch' ? '100%' : `${(side / long) * 100}%`);
  return (
    <span className="crop">
      <span
        className="crop-image"
        style={{
          width: extent(width),
          height: extent(height),
          backgroundImage: `url("./${picture.image}")`,
          backgroundSize: `${(picture.widthPx / width) * 100}% ${(picture.heightPx / height) * 100}%`,
          backgroundPosition: `${share(left, width, picture.widthPx)}% ${share(top, height, picture.heightPx)}%`,
        }}
      />
    </span>
  );
}
