import { createHash } from 'node:crypto';
import type { ImportReport } from '../../../../shared/contract/imports.ts';
import { AppError } from '../../../../shared/errors.ts';
import { float64Column, uint16Column, uint32Column } from '../../../../shared/formats/chunkedColumn.ts';
import type { ResultsTable } from '../../../../shared/formats/coco/readResults.ts';
import { motCategory } from '../../../../shared/formats/mot/readMot.ts';
import { boxCount } from './boxCodes.ts';
import type { ImportRequest } from './importService.ts';
import { writeRun, type ResultsContext } from './importResults.ts';
import { findMotSequences, motNumbers, motRowsOf } from './openMot.ts';
import { imagesOfDataset } from './sequenceImages.ts';

/**
 * MOT's detections (`det/det.txt`, or any file of that form) become a run over the recordings of the dataset that they belong
 * to. Errors: not_found (a recording is not in the dataset), already_exists (a run of this name with other boxes).
 */
export async function importDetections(request: ImportRequest, context: ResultsContext): Promise<ImportReport> {
  const { dataset, dryRun, report, existing } = context;
  const { sequences } = await findMotSequences(request.from, 'any', context.signal);
  if (sequences.length === 0)
    throw new AppError('unknown_format', 'No detections of MOT (det/det.txt) were found here.', { path: request.from });
  const run = request.source === undefined || request.source === 'gt' ? 'det' : request.source;
  const hash = createHash('sha256');
  const table: ResultsTable = {
    frames: uint32Column(),
    categories: uint16Column(),
    x: float64Column(),
    y: float64Column(),
    w: float64Column(),
    h: float64Column(),
    scores: float64Column(),
  };
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
  const sha256 = hash.digest('hex');
  const before = await dataset.db.read('runs.byName', { name: run });
  if (before !== null && (JSON.parse(before.settings) as { sha256?: unknown }).sha256 !== sha256)
    throw new AppError('already_exists', `There is already a run with the name “${run}”, with other boxes.`, { run });
  if (!dryRun && before === null)
    await writeRun(
      {
        run,
        from: sequences
          .map(({ name }) => name)
          .join(', ')
          .slice(0, 256),
        sha256,
        table,
        names,
        frames: Float64Array.from(frames),
      },
      context,
    );
  const entries = report.entries();
  return {
    format: 'mot',
    frames: { added: 0, unchanged: frames.length, failed: 0 },
    annotations: {
      added: before === null ? table.scores.length : 0,
      repaired: boxCount(entries, 'repaired'),
      refused: boxCount(entries, 'refused'),
    },
    categories: names,
    report: entries,
    ms: Math.round(performance.now() - context.started),
    run,
  };
}
