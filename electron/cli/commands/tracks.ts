import type { Command } from 'commander';
import { share, wholeNumber } from '../parse.ts';
import { action, addGlobalOptions } from '../run.ts';

interface LinkOptions {
  readonly source: string;
  readonly frame?: string;
  readonly scoreThreshold?: number;
  readonly minIou?: number;
  readonly maxGap?: number;
  readonly minLength?: number;
}

export function addTrackCommands(program: Command): void {
  const tracks = program.command('tracks').description('objects through the frames of a recording');
  addGlobalOptions(
    tracks
      .command('list')
      .description('the tracks of the recording that a frame belongs to')
      .argument('<dataset>')
      .requiredOption('--frame <name>'),
  ).action(
    action<{ readonly frame: string }>(async ({ api, open }, [dataset = ''], { frame }) => {
      const { id } = await open(dataset);
      const [row, categories] = await Promise.all([api.frames.byName({ dataset: id, name: frame }), api.categories.list({ dataset: id })]);
      const list = await api.tracks.list({ dataset: id, frame: row.id });
      const names = new Map(categories.map((category) => [category.id as number, category.name]));
      return {
        result: {
          sequence: list.sequence,
          frames: list.frames.length,
          tracks: list.tracks.map((track, t) => {
            const [from = 0, to = 0] = [list.offsets[t], list.offsets[t + 1]];
            const keys = list.keys.subarray(from, to).reduce((sum, key) => sum + key, 0);
            return {
              track: track.number,
              category: names.get(track.category) ?? '',
              boxes: to - from,
              keyFrames: keys,
              first: list.places[from] ?? 0,
              last: list.places[to - 1] ?? 0,
            };
          }),
        },
      };
    }),
  );
  addGlobalOptions(
    tracks
      .command('link')
      .description('link boxes into tracks by their overlap')
      .argument('<dataset>')
      .requiredOption('--source <source>', 'gt, or a run, whose boxes become draft annotations with it')
      .option('--frame <name>', 'only the recording of this frame')
      .option('--score-threshold <s>', 'of a run', share)
      .option('--min-iou <t>', 'least overlap of a box with where its track is expected', share)
      .option('--max-gap <n>', 'frames an object may be unseen within a track', wholeNumber)
      .option('--min-length <n>', 'shorter tracks are left out', wholeNumber),
  ).action(
    action<LinkOptions>(async (session, [dataset = ''], { frame: name, ...options }) => {
      const { id } = await session.open(dataset);
      const frame = name === undefined ? {} : { frame: (await session.api.frames.byName({ dataset: id, name })).id };
      const result = await session.api.tracks.link({ dataset: id, ...frame, ...options }, session.follow());
      return { result, exitCode: result.cancelled === true ? 1 : 0 };
    }),
  );
}
