import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { svgToJpeg } from '../../../../electron/image/renderSvg.ts';
import { demoSets, planDemoSequence } from '../../../../resources/demo/generator/demoSets.ts';
import { type Scene, type SceneBox, demoCategories, drawFrame } from '../../../../resources/demo/generator/drawFrame.ts';
import { createRandom } from '../../../../resources/demo/generator/random.ts';
import { type Actor, type SequencePlan, planSequence } from '../../../../resources/demo/generator/sequencePlan.ts';
import { type VehicleLook, busLook, carLook } from '../../../../resources/demo/generator/vehicleLook.ts';

const sequences = demoSets().flatMap((set) => set.sequences);

function demoPlan(name: string): SequencePlan {
  const one = sequences.find((sequence) => sequence.name === name);
  if (one === undefined) throw new Error(`no sequence ${name}`);
  return planDemoSequence('demo', one);
}

const draw = (plan: SequencePlan, index: number): Scene => drawFrame(plan, index, 960, 540);

const isVehicle = (box: SceneBox): boolean => box.category === 'car' || box.category === 'truck' || box.category === 'bus';

/** Share of `a` inside `b`. */
function ioa(a: SceneBox, b: SceneBox): number {
  const width = Math.min(a.bbox[0] + a.bbox[2], b.bbox[0] + b.bbox[2]) - Math.max(a.bbox[0], b.bbox[0]);
  const height = Math.min(a.bbox[1] + a.bbox[3], b.bbox[1] + b.bbox[3]) - Math.max(a.bbox[1], b.bbox[1]);
  return width <= 0 || height <= 0 ? 0 : (width * height) / (a.bbox[2] * a.bbox[3]);
}

/** An empty stretch of the street of `seed` with only these on it. */
function only(seed: string, actors: readonly Omit<Actor, 'id' | 'yaw' | 'speedX' | 'speedZ'>[]): SequencePlan {
  const plan = planSequence({ seed, frames: 1, light: 'day' });
  return {
    ...plan,
    street: { ...plan.street, furniture: [] },
    actors: actors.map((actor, i) => ({ id: i + 1, yaw: 0, speedX: 0, speedZ: 0, ...actor })),
  };
}

const parked = (look: VehicleLook): Actor['what'] => ({ kind: 'vehicle', look, braking: false, parked: true });

describe('demo frames', () => {
  test('the same seed gives the same text and boxes, another seed another street', () => {
    const first = draw(demoPlan('seq_02'), 3);
    expect(draw(demoPlan('seq_02'), 3)).toEqual(first);
    const other = draw(planSequence({ seed: 'demo/other', frames: 8, light: 'day', rack: 'rear' }), 3);
    expect(other.svg).not.toBe(first.svg);
  });

  test('the pictures are those the model and its figures were made for', () => {
    // A change of a hash is a change of the demo: measure FIGURES.md again and say so in the change log.
    const hashes = ['seq_01', 'seq_02', 'test_01'].map((name) => {
      const scene = draw(demoPlan(name), 2);
      return createHash('sha256').update(scene.svg).update(JSON.stringify(scene.boxes)).digest('hex').slice(0, 16);
    });
    expect(hashes).toMatchInlineSnapshot(`
      [
        "84148011b95ce2d5",
        "af11be3c81428d38",
        "35ef2854ac9b0118",
      ]
    `);
  });

  test('JPEG bytes are the same twice and hold a picture of that size', async () => {
    const { svg } = draw(demoPlan('seq_04'), 1);
    const [a, b] = [await svgToJpeg(svg), await svgToJpeg(svg)];
    expect(a.equals(b)).toBe(true);
    expect(a.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(a.byteLength).toBeGreaterThan(15_000);
  });

  test('no text, no reference, no script: the picture needs no font and reads no file', () => {
    for (const { name } of sequences.slice(0, 4))
      expect(draw(demoPlan(name), 0).svg).not.toMatch(/<text|href|<image|<style|<script|font|NaN|Infinity|undefined/);
  });

  test('boxes lie in the picture, have a known category and keep one number per object', () => {
    let seen = 0;
    for (const { name, frames } of sequences) {
      const plan = demoPlan(name);
      for (const index of [0, frames - 1]) {
        const scene = draw(plan, index);
        const keys = new Set(scene.boxes.map((box) => `${box.actor} ${box.category}`));
        expect(keys.size).toBe(scene.boxes.length);
        for (const box of scene.boxes) {
          const [x, y, w, h] = box.bbox;
          expect(demoCategories).toContain(box.category);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(x + w).toBeLessThanOrEqual(960.01);
          expect(y + h).toBeLessThanOrEqual(540.01);
          expect(Math.min(w, h)).toBeGreaterThanOrEqual(8);
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(300);
  });

  test('time runs and things move', () => {
    const plan = demoPlan('seq_01');
    const [first, last] = [draw(plan, 0), draw(plan, plan.frames - 1)];
    expect(first.time).toBe(0);
    expect(last.time).toBeCloseTo((plan.frames - 1) * plan.interval, 3);
    expect(last.svg).not.toBe(first.svg);
  });
});

describe('carried bicycles', () => {
  const withoutRack = (plan: SequencePlan): SequencePlan => ({
    ...plan,
    actors: plan.actors.map((one) =>
      one.what.kind === 'vehicle' ? { ...one, what: { ...one.what, look: { ...one.what.look, behind: [], above: [] } } } : one,
    ),
  });

  test.each(sequences.filter((one) => one.rack !== undefined).map((one) => one.name))(
    '%s: the vehicle has one box, the bicycle none',
    (name) => {
      const plan = demoPlan(name);
      const carrier = plan.actors.find(
        (one) => one.what.kind === 'vehicle' && one.what.look.behind.length + one.what.look.above.length > 0,
      );
      expect(carrier).toBeDefined();
      const index = Math.floor(plan.frames / 2);
      const [loaded, bare] = [draw(plan, index), draw(withoutRack(plan), index)];
      expect(loaded.rack).toBe(true);
      expect(bare.rack).toBe(false);
      const boxesOf = (scene: Scene): readonly SceneBox[] => scene.boxes.filter((box) => box.actor === carrier?.id);
      expect(boxesOf(loaded).map((box) => box.category)).toEqual(['car']);
      // The bicycle sticks out of the bare car somewhere, or lies within it: the box never shrinks.
      const [a, b] = [boxesOf(loaded)[0], boxesOf(bare)[0]];
      if (a === undefined || b === undefined) throw new Error('the carrier is not seen');
      expect(ioa(b, a)).toBeGreaterThan(0.97);
      const bicycles = (scene: Scene): number => scene.boxes.filter((box) => box.category === 'bicycle').length;
      expect(bicycles(loaded)).toBeLessThanOrEqual(bicycles(bare));
    },
  );

  test('on the roof the box reaches up to the handlebar', () => {
    const random = createRandom('roof');
    const bare = { ...carLook(random), body: 'estate' as const };
    const loaded = { ...bare, above: carLook(random, 'roof').above };
    const heightOf = (look: typeof bare): number => draw(only('roof', [{ x: 1.7, z: 14, what: parked(look) }]), 0).boxes[0]?.bbox[3] ?? 0;
    expect(heightOf(loaded) / heightOf(bare)).toBeGreaterThan(1.4);
  });
});

describe('what is hidden', () => {
  const random = createRandom('hidden');
  const bus: Omit<Actor, 'id' | 'yaw' | 'speedX' | 'speedZ'> = { x: 1.7, z: 16, what: parked(busLook(random)) };
  const car: Omit<Actor, 'id' | 'yaw' | 'speedX' | 'speedZ'> = { x: 1.7, z: 28, what: parked(carLook(random)) };

  test('a car behind a bus has no box, whatever the order in the plan', () => {
    for (const actors of [
      [bus, car],
      [car, bus],
    ])
      expect(draw(only('hidden', actors), 0).boxes.map((box) => box.category)).toEqual(['bus']);
    expect(draw(only('hidden', [car]), 0).boxes.map((box) => box.category)).toEqual(['car']);
  });

  test('a car half behind a bus has a box around the part that is seen', () => {
    const beside = { ...car, x: 5 };
    const whole = draw(only('hidden', [beside]), 0).boxes[0];
    const part = draw(only('hidden', [bus, beside]), 0).boxes.find((box) => box.category === 'car');
    if (whole === undefined || part === undefined) throw new Error('no box');
    expect(part.seen).toBeLessThan(0.95);
    expect(part.bbox[2]).toBeLessThan(whole.bbox[2] - 3);
    expect(part.bbox[0] + part.bbox[2]).toBeCloseTo(whole.bbox[0] + whole.bbox[2], 1);
  });
});

test('ordinary frames of the demo hold near misses at most, no bicycle within a vehicle', () => {
  let near = 0;
  for (const { name, rack, frames } of sequences) {
    if (rack !== undefined) continue;
    const plan = demoPlan(name);
    for (const index of [0, Math.floor(frames / 2)]) {
      const { boxes } = draw(plan, index);
      for (const bicycle of boxes.filter((box) => box.category === 'bicycle')) {
        for (const vehicle of boxes.filter(isVehicle)) {
          const share = ioa(bicycle, vehicle);
          expect(share).toBeLessThan(0.6);
          if (share > 0.1) near++;
        }
      }
    }
  }
  expect(near).toBeGreaterThan(0);
});
