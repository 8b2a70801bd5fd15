import type { HardcaseContract } from '../../../shared/contract/index.ts';
import type { DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import type { CallContext, GroupHandlers } from '../../../shared/rpc/define.ts';
import type { Person } from '../../db/person.ts';
import { listBoxes } from '../services/datasets/listBoxes.ts';
import type { HostServices } from '../services/hostServices.ts';
import { personOf } from '../services/settings/personOf.ts';
import { undoInParts } from '../services/undoInParts.ts';

/** Deleting so many boxes at once is worth a copy of what there was. */
const bulkDelete = 1_000;

export function annotationsHandlers(services: HostServices): GroupHandlers<HardcaseContract['annotations']> {
  const { datasets, predictions, publisher, settings } = services;
  /** Clients and triggers hear of a change after it is durable. */
  const announce = (dataset: DatasetId, frames: readonly FrameId[], by: string): void => {
    publisher.publish('frames', 'changed', { dataset, frames: frames.length > 1_000 ? null : frames, by });
    datasets.changed(dataset);
  };
  const person = (author: string): Person => personOf(author, settings.get());
  const undoOrRedo =
    (direction: 'undo' | 'redo') =>
    async (input: { readonly dataset: DatasetId; readonly frame?: FrameId | undefined }, { author, clientId, signal }: CallContext) => {
      const { db } = await datasets.get(input.dataset);
      const frame = input.frame === undefined ? {} : { frame: input.frame };
      const parts = await undoInParts(input.dataset, signal, (going) =>
        db.write('annotations.undo', {
          ...person(author),
          direction,
          ...frame,
          ...(going === undefined ? {} : { going }),
        }),
      );
      const savedAt = new Date().toISOString();
      const frames = [...new Set(parts.flatMap((part) => part.frames))];
      announce(input.dataset, frames, clientId);
      return {
        kind: parts[0].kind,
        frames,
        boxes: [...new Set(parts.flatMap(({ boxes }) => boxes))],
        results: parts.flatMap(({ results }) => results),
        frameStates: [...new Map(parts.flatMap(({ frameStates }) => frameStates).map((one) => [one.frame, one])).values()],
        conflicts: [...new Set(parts.flatMap(({ conflicts = [] }) => conflicts))],
        savedAt,
      };
    };
  return {
    async load({ dataset, frame, sources = [] }, { author }) {
      const opened = await datasets.get(dataset);
      const runs = sources.filter((source) => source !== 'gt');
      const [content, ...boxes] = await Promise.all([
        opened.db.read('annotations.load', { frame, ...person(author) }),
        ...runs.map((run) => predictions.ofFrame(opened, run, frame)),
      ]);
      return { frame, ...content, predictions: runs.map((source, i) => ({ source, boxes: boxes[i] ?? [] })) };
    },
    async apply({ dataset, changes, key }, { author, clientId }) {
      const opened = await datasets.get(dataset);
      const { db } = opened;
      if (changes.filter(({ op }) => op === 'delete').length >= bulkDelete) await services.backups.before(opened, 'bulk');
      const applied = await db.write('annotations.apply', { ...person(author), changes, ...(key === undefined ? {} : { key }) });
      const savedAt = new Date().toISOString();
      announce(
        dataset,
        applied.frameStates.map(({ frame }) => frame),
        clientId,
      );
      return { ...applied, savedAt };
    },
    reserveIds: async ({ dataset, count }) => (await datasets.get(dataset)).db.write('annotations.reserveIds', { count }),
    undo: undoOrRedo('undo'),
    redo: undoOrRedo('redo'),
    async history({ dataset, frame, box }) {
      const { db } = await datasets.get(dataset);
      return { operations: await db.read('annotations.history', { frame, ...(box === undefined ? {} : { box }) }) };
    },
    async list({ dataset, source, frame }) {
      return { boxes: await listBoxes(await datasets.get(dataset), predictions, source, frame) };
    },
  };
}
