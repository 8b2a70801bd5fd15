import { type LightName, lightNames } from './light.ts';
import { type SequencePlan, clearOfVehicles, planSequence } from './sequencePlan.ts';
import type { Rack } from './vehicleLook.ts';

export interface DemoSequence {
  readonly name: string;
  readonly frames: number;
  readonly light: LightName;
  readonly rack?: Rack;
}

export interface DemoSet {
  readonly name: 'label' | 'test';
  readonly sequences: readonly DemoSequence[];
}

/** Lights go round, so that every set shows all of them. `racks` are put in evenly among the ordinary sequences. */
function sequencesOf(
  prefix: string,
  ordinary: readonly number[],
  racks: readonly (readonly [Rack, number, LightName])[],
): readonly DemoSequence[] {
  const list: Omit<DemoSequence, 'name'>[] = ordinary.map((frames, i) => ({ frames, light: lightNames[i % lightNames.length] ?? 'day' }));
  const every = Math.floor(list.length / racks.length) + 1;
  racks.forEach(([rack, frames, light], i) => list.splice(Math.min(list.length, 1 + i * every), 0, { rack, frames, light }));
  return list.map((one, i) => ({ name: `${prefix}_${String(i + 1).padStart(2, '0')}`, ...one }));
}

/** What the demo consists of: 200 ordinary and 42 rack frames to label, 80 and 22 to test on. */
export function demoSets(): readonly DemoSet[] {
  return [
    {
      name: 'label',
      sequences: sequencesOf(
        'seq',
        [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10],
        [
          ['rear', 8, 'day'],
          ['both', 8, 'overcast'],
          ['rear', 8, 'dusk'],
          ['rear', 7, 'lowSun'],
          ['roof', 4, 'day'],
          ['both', 7, 'wet'],
        ],
      ),
    },
    {
      name: 'test',
      sequences: sequencesOf(
        'test',
        [10, 10, 10, 10, 10, 10, 10, 10],
        [
          ['rear', 8, 'overcast'],
          ['both', 6, 'day'],
          ['rear', 8, 'lowSun'],
        ],
      ),
    },
  ];
}

/** A sequence of the demo as it is drawn: like every seed's streets, but no bicycle stands in line with a vehicle unless it is carried. */
export function planDemoSequence(seed: string, { name, frames, light, rack }: DemoSequence): SequencePlan {
  return clearOfVehicles(planSequence({ seed: `${seed}/${name}`, frames, light, ...(rack === undefined ? {} : { rack }) }), 0.4);
}
