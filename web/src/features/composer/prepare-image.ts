/** Longer sides are shrunk to this: more than any provider looks at. */
const LONGEST_SIDE = 2048;
const QUALITIES = [0.9, 0.75, 0.6];

/** Where the longer side of an image is brought to at most `longest` pixels. */
export function fitted(width: number, height: number, longest = LONGEST_SIDE): [number, number] {
  const factor = Math.min(1, longest / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}

/** Whether the file can go out as it is. A photograph never does: it may say where it was taken. */
export function goesAsItIs(
  type: string,
  bytes: number,
  width: number,
  height: number,
  most: number,
): boolean {
  if (!['image/png', 'image/webp', 'image/gif'].includes(type) || bytes > most) return false;
  return type === 'image/gif' || Math.max(width, height) <= LONGEST_SIDE;
}

/**
 * Makes an image ready to be sent: shrunk where it is larger than anyone looks at, turned into a kind
 * that providers read, and without what a camera notes about place and time. Null if it is none that
 * this browser can read.
 */
export async function prepareImage(file: Blob, most: number): Promise<Blob | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  try {
    if (goesAsItIs(file.type, file.size, picture.width, picture.height, most)) return file;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = fitted(picture.width, picture.height);
    const pen = canvas.getContext('2d');
    if (!pen) return file;
    const sharp = file.type === 'image/png' || file.type === 'image/gif';
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    if (sharp) {
      const drawn = await blobOf(canvas, 'image/png');
      if (drawn && drawn.size <= most) return drawn;
    }
    // JPEG knows no transparency: what was transparent becomes white and not black.
    pen.globalCompositeOperation = 'destination-over';
    pen.fillStyle = 'white';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    let smallest: Blob | null = null;
    for (const quality of QUALITIES) {
      smallest = await blobOf(canvas, 'image/jpeg', quality);
      if (smallest && smallest.size <= most) break;
    }
    return smallest;
  } finally {
    picture.close();
  }
}

function blobOf(canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, type, quality));
}
