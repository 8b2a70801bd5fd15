import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCvat, compareMot } from '../../../electron/host/services/exports/compareTracks.ts';
import { openRoot } from '../../../electron/host/services/gates/paths.ts';
import { planCvat, writeCvat } from '../../../shared/formats/cvat/writeCvat.ts';
import type { ExportEvent, ExportSource } from '../../../shared/formats/exportSource.ts';
import { planMot, writeMot } from '../../../shared/formats/mot/writeMot.ts';
import { compareText } from '../../../shared/versions/manifest.ts';
import type { ManifestBox, ManifestFrame } from '../../../shared/versions/manifest.ts';
import { collectExport, exportSource } from '../../fixtures/versions/collectExport.ts';
import { box, category, frame } from '../../fixtures/versions/manifestHelpers.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

const coordinate = fc.double({ min: -50, max: 700, noNaN: true });
const side = fc.double({ min: 0.01, max: 300, noNaN: true });
const flag = fc.constantFrom('occluded', 'truncated', 'difficult', 'ignore', 'crowd');

const boxes: fc.Arbitrary<readonly ManifestBox[]> = fc
  .uniqueArray(
    fc.record({
      track: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null }),
      category: fc.nat(2),
      bbox: fc.tuple(coordinate, coordinate, side, side),
      flags: fc.uniqueArray(flag, { maxLength: 3 }),
      angle: fc.constantFrom(0, 0, 12.5),
      isKey: fc.boolean(),
      attributes: fc.dictionary(
        fc.constantFrom('colour', 'wheels', 'visibility', 'a "b" <c>'),
        fc.oneof(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom('red', '', 'x & y', '빨강', 'true', '7')),
        { maxKeys: 3 },
      ),
    }),
    // A track has one box on a frame; boxes in no track may be many.
    { maxLength: 5, selector: ({ track, bbox }) => (track === null ? bbox.join() : String(track)) },
  )
  .map((list) =>
    list.map(({ isKey, ...rest }, n) =>
      box(n, rest.bbox, { ...rest, ...(rest.track !== null && !isKey ? { interpolated: true as const } : {}) }),
    ),
  );

const content = fc
  .array(
    fc.record({
      boxes,
      sequence: fc.constantFrom('drive', 'a/b', 'images', null),
      time: fc.option(fc.double({ min: 0, max: 9, noNaN: true }), { nil: null }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((list) => ({
    categories: [category('car'), category('b u s'), category('<&"')],
    frames: list
      .map(({ boxes: drawn, sequence, time }, i): ManifestFrame =>
        frame(`${sequence ?? 'x'}/${100 + i}.jpg`, drawn, { sequence, time, index: sequence === null ? null : i }),
      )
      .sort((a, b) => compareText(a.name, b.name)),
  }));

const formats = {
  cvat: {
    write: async (source: ExportSource): Promise<AsyncGenerator<ExportEvent>> => writeCvat(source, await planCvat(source)),
    compare: compareCvat,
  },
  mot: {
    write: async (source: ExportSource): Promise<AsyncGenerator<ExportEvent>> => writeMot(source, await planMot(source)),
    compare: compareMot,
  },
} as const;

test.each(['cvat', 'mot'] as const)('what is written as %s and read back is equal in all that the format carries', async (format) => {
  const parent = await tempFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(content, async (made) => {
      const source = exportSource(made);
      const { files } = await collectExport(await formats[format].write(source));
      const folder = path.join(parent, String(run++));
      await mkdir(folder);
      for (const [file, text] of files) {
        await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        await writeFile(path.join(folder, file), text);
      }
      const compare = async (): Promise<readonly unknown[]> =>
        formats[format].compare({ root: await openRoot(folder), source, signal: new AbortController().signal, onFrame: () => undefined });
      expect(await compare()).toEqual([]);
      // One box lies elsewhere, and the comparison says so.
      for (const [file, text] of files) {
        const changed =
          format === 'cvat'
            ? text.replace(/(outside="0".*? xtl=")[^"]*/, '$19999')
            : text.replace(/^(\d+,-?\d+),[^,]*(,.*,.*,.*,.*,)/m, '$1,9999$2');
        if (changed === text) continue;
        await writeFile(path.join(folder, file), changed);
        expect((await compare()).length).toBeGreaterThan(0);
        return;
      }
    }),
    { numRuns: 25 },
  );
});
