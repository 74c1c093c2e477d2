import type { WorkspaceManifest } from '@incognita/workspace/schema';
import './SheetTile.css';

type Picture = WorkspaceManifest['dataset']['pictures'][number];

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A patch cut live from the stored picture. Rectangles that are not square are shown whole, centred in the square. */
export function PictureCrop({ picture, rectangle }: { picture: Picture; rectangle: Rectangle }) {
  const { left, top, width, height } = rectangle;
  const share = (offset: number, part: number, whole: number) => (whole <= part ? 0 : (offset / (whole - part)) * 100);
  const long = Math.max(width, height);
  return (
    <span className="crop">
      <span
        className="crop-image"
        style={{
          width: `${(width / long) * 100}%`,
          height: `${(height / long) * 100}%`,
          backgroundImage: `url("./${picture.image}")`,
          backgroundSize: `${(picture.widthPx / width) * 100}% ${(picture.heightPx / height) * 100}%`,
          backgroundPosition: `${share(left, width, picture.widthPx)}% ${share(top, height, picture.heightPx)}%`,
        }}
      />
    </span>
  );
}
