import { createHash } from 'node:crypto';
import type { ImportReport } from '../../../../shared/contract/imports.ts';
import { AppError } from '../../../../shared/errors.ts';
import { resultsTable } from '../../../../shared/formats/coco/readResults.ts';
import { motCategory } from '../../../../shared/formats/mot/readMot.ts';
import type { ImportRequest } from './importService.ts';
import { findMotSequences, motNumbers, motRowsOf } from './openMot.ts';
import { imagesOfDataset } from './sequenceImages.ts';
import { storeResults, type ResultsContext } from './storeResults.ts';

/**
 * MOT's detections (`det/det.txt`, or any file of that form) become a run over the recordings of the dataset that they belong
 * to. Errors: not_found (a recording is not in the dataset), already_exists (a run of this name with other boxes).
 */
export async function importDetections(request: ImportRequest, context: ResultsContext): Promise<ImportReport> {
  const { dataset, report, existing } = context;
  const { sequences } = await findMotSequences(request.from, 'any', context.signal);
  if (sequences.length === 0)
    throw new AppError('unknown_format', 'No detections of MOT (det/det.txt) were found here.', { path: request.from });
  const run = request.source === undefined || request.source === 'gt' ? 'det' : request.source;
  const hash = createHash('sha256');
  const table = resultsTable();
  const names: string[] = [];
  const frames: number[] = [];
  const index = await dataset.db.read('frames.index', {});
  const idOf = new Map(index.names.map((name, i) => [name, index.ids[i] as number]));
  for (const sequence of sequences) {
    const known = await existing?.sequence([sequence.name]);
    if (known == null)
      throw new AppError('not_found', `The dataset has no recording “${sequence.name}”. Import its images or its video first.`, {
        sequence: sequence.name,
      });
    const numbers = motNumbers(imagesOfDataset(known));
    const placeOf = new Map(numbers.map((number, i) => [number, frames.length + i]));
    for (const frame of known.frames) frames.push(idOf.get(frame.name) as number);
    for (const row of await motRowsOf(sequence, { report })) {
      const place = placeOf.get(row.frame);
      if (place === undefined) {
        report.add({
          code: 'frame_missing',
          severity: 'refused',
          message: 'Boxes of frames that are not there are left out.',
          item: sequence.file.item,
        });
        continue;
      }
      const name = motCategory(row.category, sequence.labels);
      if (!names.includes(name)) names.push(name);
      table.frames.push(place);
      table.categories.push(names.indexOf(name));
      table.x.push(row.bbox[0]);
      table.y.push(row.bbox[1]);
      table.w.push(row.bbox[2]);
      table.h.push(row.bbox[3]);
      table.scores.push(row.confidence);
      hash.update(JSON.stringify([sequence.name, row.frame, name, row.bbox, row.confidence]));
    }
  }
  const from = sequences.map(({ name }) => name).join(', ');
  return storeResults(
    { format: 'mot', run, from: from.slice(0, 256), sha256: hash.digest('hex'), table, names, frames: Float64Array.from(frames) },
    context,
  );
}
