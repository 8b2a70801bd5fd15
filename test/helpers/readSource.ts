import { indexByFrame } from '../../shared/formats/labelSet.ts';
import { ReportCollector } from '../../shared/formats/reportCollector.ts';
import type { LabelSource, OpenSourceOptions } from '../../electron/host/services/imports/labelSource.ts';
import { gatherImages } from '../../electron/host/services/imports/gatherImages.ts';
import { settleFrame, type SettledBox } from '../../electron/host/services/imports/settleFrame.ts';

export interface ReadFrame {
  readonly name: string;
  readonly split: string | null;
  readonly sequence: string | null;
  readonly problem: string | null;
  readonly boxes: readonly (SettledBox & { readonly name: string })[];
}

/** A source read to its end without a dataset: what an import would write. */
export async function readSource(
  open: (options: OpenSourceOptions) => Promise<LabelSource>,
  from: string,
  options: { readonly images?: string } = {},
): Promise<{
  readonly frames: readonly ReadFrame[];
  readonly codes: { readonly [code: string]: number };
  readonly categories: readonly string[];
}> {
  const report = new ReportCollector();
  const signal = new AbortController().signal;
  const source = await open({ from, images: options.images, report, signal, onProgress: () => undefined });
  const frames: ReadFrame[] = [];
  const categories: string[] = [];
  for (const part of source.parts) {
    const { labels } = part;
    categories.push(...labels.categories.map((category) => category.name));
    const index = indexByFrame(labels.boxes, labels.frames.length);
    const images = await gatherImages(
      labels.frames.map((_, at) => ({ part, index: at })),
      { signal, onDone: () => undefined },
    );
    for (const [i, gathered] of images.entries()) {
      const frame = labels.frames[i];
      if (frame === undefined) throw new Error('no frame');
      const { name, split, sequence } = frame;
      if (gathered.kind === 'refused') {
        report.add({ code: gathered.code, severity: 'refused', message: gathered.message, item: name });
        frames.push({ name, split, sequence, problem: gathered.code, boxes: [] });
        continue;
      }
      const settled = settleFrame(labels, index, i, { image: gathered.image, report });
      const boxes = settled.boxes.map((box) => ({ ...box, name: labels.categories[box.category]?.name ?? '' }));
      frames.push({ name, split, sequence, problem: null, boxes });
    }
  }
  return {
    frames,
    codes: Object.fromEntries(report.entries().map((entry) => [`${entry.severity} ${entry.code}`, entry.count])),
    categories,
  };
}
