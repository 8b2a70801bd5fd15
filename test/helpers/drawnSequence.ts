import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

export const sequenceFrames = 12;
/** Seconds between frames. */
export const frameSeconds = 0.1;

/** A car that drives from the left to the right: its box on frame i, of 320 × 240 px. */
export function carAt(i: number): readonly [number, number, number, number] {
  return [20 + 18 * i, 120, 60, 40];
}

/** Frames of a drawn recording, numbered, with `timestamps.txt`; gives the folder, whose name is that of the recording. */
export async function drawSequence(parent: string, name = 'drive'): Promise<string> {
  const folder = path.join(parent, name);
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < sequenceFrames; i++) {
    const [x, y, w, h] = carAt(i);
    const stripes = [0, 1, 2].map((n) => `<rect x="${x + 6 + 18 * n}" y="${y + 6}" width="${6 + 3 * n}" height="20" fill="#f2e6d0"/>`);
    const trees = [0, 1, 2, 3].map((n) => `<circle cx="${30 + 85 * n}" cy="${60 + 7 * n}" r="${18 + 2 * n}" fill="#3f6b47"/>`);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="#8fa3b0"/><rect y="150" width="320" height="90" fill="#5b5f66"/>${trees.join('')}<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="5" fill="#b23a2e"/>${stripes.join('')}<circle cx="${x + 14}" cy="${y + 38}" r="7" fill="#1b1d20"/><circle cx="${x + 46}" cy="${y + 38}" r="7" fill="#1b1d20"/></svg>`;
    await sharp(Buffer.from(svg))
      .png()
      .toFile(path.join(folder, `${String(i).padStart(6, '0')}.png`));
  }
  const times = Array.from({ length: sequenceFrames }, (_, i) => (i * frameSeconds).toFixed(2));
  await writeFile(path.join(folder, 'timestamps.txt'), `${times.join('\n')}\n`);
  return folder;
}
