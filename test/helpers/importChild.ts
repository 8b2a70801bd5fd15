import { ReportCollector } from '../../shared/formats/reportCollector.ts';
import { isAppError } from '../../shared/errors.ts';
import { detectFormat } from '../../electron/host/services/imports/detectFormat.ts';
import { gatherImages } from '../../electron/host/services/imports/gatherImages.ts';
import type { LabelSource, OpenSourceOptions } from '../../electron/host/services/imports/labelSource.ts';
import { openCoco } from '../../electron/host/services/imports/openCoco.ts';
import { openImages } from '../../electron/host/services/imports/openImages.ts';
import { openVoc } from '../../electron/host/services/imports/openVoc.ts';
import { openYolo } from '../../electron/host/services/imports/openYolo.ts';

/**
 * Reads a path as an import does, in a process of its own, so that its memory can be measured:
 * `node test/helpers/importChild.ts <format> <path>` prints what came of it as one line of JSON.
 */
const openers: { readonly [format: string]: (options: OpenSourceOptions) => Promise<LabelSource> } = {
  coco: openCoco,
  images: openImages,
  voc: openVoc,
  yolo: openYolo,
};

const [format = '', from = ''] = process.argv.slice(2);
const report = new ReportCollector();
const signal = new AbortController().signal;
let error: string | null = null;
let taken = 0;
try {
  await detectFormat(from);
  const source = await (openers[format] as (options: OpenSourceOptions) => Promise<LabelSource>)({
    from,
    images: undefined,
    report,
    signal,
    onProgress: () => undefined,
  });
  for (const part of source.parts) {
    const gathered = await gatherImages(
      part.labels.frames.map((_, index) => ({ part, index })),
      { signal, onDone: () => undefined },
    );
    for (const image of gathered)
      if (image.kind === 'image') taken++;
      else report.add({ code: image.code, severity: 'refused', message: image.message, item: '' });
  }
} catch (caught) {
  if (!isAppError(caught)) throw caught;
  error = caught.code;
}
process.stdout.write(
  JSON.stringify({ error, taken, codes: report.entries().map((entry) => entry.code), megabytes: process.resourceUsage().maxRSS / 1024 }),
);
