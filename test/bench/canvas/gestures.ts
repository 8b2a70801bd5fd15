import type { CDPSession, Page } from 'playwright-core';
import type { Box } from '../../../shared/geometry/box.ts';
import { frameSize } from './crowdedDataset.ts';
import { createHand, keyHertz, mouseHertz, wheelHertz, type At, type Hand } from './hand.ts';
import { measure, type Measured } from './measure.ts';

/** A canvas that shows the frame whole: where image px lie on the page, and how many boxes it says are selected. */
export interface Subject {
  readonly page: Page;
  readonly session: CDPSession;
  readonly boxes: readonly Box[];
  /** CSS px of the page that the fitted frame takes. */
  readonly area: { readonly x: number; readonly y: number; readonly scale: number };
  selected(): Promise<number>;
  /** The whole frame again, with nothing selected. */
  reset(): Promise<void>;
}

export const gestures = ['pan', 'zoom', 'drag one box', 'drag 50 boxes', 'marquee', 'hover', 'Tab cycling'] as const;
export type Gesture = (typeof gestures)[number];

const gestureMs = 2_500;

/** Does one gesture by mouse, wheel or keyboard and measures the page meanwhile. */
export async function perform(gesture: Gesture, subject: Subject): Promise<Measured> {
  await subject.reset();
  const hand = createHand(subject.session);
  const measured = await act(gesture, subject, hand);
  // What a slow page has not come to yet must not reach into the next gesture.
  await hand.settled();
  return measured;
}

async function act(gesture: Gesture, subject: Subject, hand: Hand): Promise<Measured> {
  const { page, session } = subject;
  const centre = toPage(subject, frameSize.width / 2, frameSize.height / 2);
  const circle = (share: number, radius: number): At => ({
    x: centre.x + Math.sin(share * 4 * Math.PI) * radius,
    y: centre.y + (1 - Math.cos(share * 4 * Math.PI)) * radius * 0.6,
  });
  const around = (from: At, share: number): At => ({
    x: from.x + 60 - Math.cos(share * 4 * Math.PI) * 60,
    y: from.y + 40 - Math.cos(share * 6 * Math.PI) * 40,
  });
  switch (gesture) {
    case 'pan':
      await hand.press(centre, 'middle');
      try {
        return await measure(page, session, () => hand.during(gestureMs, mouseHertz, (share) => hand.move(circle(share, 160))));
      } finally {
        await hand.release(centre);
      }
    case 'zoom':
      return measure(page, session, () => hand.during(gestureMs, wheelHertz, (share) => hand.wheel(centre, share % 0.5 < 0.25 ? -40 : 40)));
    case 'drag one box': {
      const from = gripOf(subject, subject.boxes.filter(isInTheMiddle));
      await hand.press(from);
      const measured = await measure(page, session, () => hand.during(gestureMs, mouseHertz, (share) => hand.move(around(from, share))));
      await expectSelected(subject, (count) => count === 1);
      await page.keyboard.press('Escape');
      await hand.release(from);
      return measured;
    }
    case 'drag 50 boxes': {
      const from = await selectFifty(subject, hand);
      await hand.press(from);
      const measured = await measure(page, session, () => hand.during(gestureMs, mouseHertz, (share) => hand.move(around(from, share))));
      await expectSelected(subject, (count) => count >= 45 && count <= 55);
      await page.keyboard.press('Escape');
      await hand.release(from);
      return measured;
    }
    case 'marquee': {
      const corner = toPage(subject, -60, -60);
      await hand.press(corner);
      const measured = await measure(page, session, () =>
        hand.during(gestureMs, mouseHertz, (share) =>
          hand.move(toPage(subject, frameSize.width * (0.1 + 0.8 * Math.abs(Math.sin(share * 5))), frameSize.height * (0.1 + 0.8 * share))),
        ),
      );
      await expectSelected(subject, (count) => count > subject.boxes.length / 50);
      await hand.release(corner);
      return measured;
    }
    case 'hover':
      return measure(page, session, () => hand.during(gestureMs, mouseHertz, (share) => hand.move(circle(share, 140))));
    case 'Tab cycling': {
      // Outside the image nothing lies under the pointer, and Tab goes through all boxes.
      hand.move(toPage(subject, frameSize.width / 2, frameSize.height + 40));
      const measured = await measure(page, session, () => hand.during(gestureMs, keyHertz, () => hand.key('Tab')));
      await expectSelected(subject, (count) => count === 1);
      return measured;
    }
  }
}

export const toPage = ({ area }: Subject, x: number, y: number): At => ({ x: area.x + x * area.scale, y: area.y + y * area.scale });

const middleOf = ([x, y, w, h]: Box): readonly [number, number] => [x + w / 2, y + h / 2];

const isInTheMiddle = ([x, y]: Box): boolean => Math.abs(x - frameSize.width / 2) < 700 && Math.abs(y - frameSize.height / 2) < 400;

/** Where a press takes hold of one of these boxes: of all boxes under the pointer the smallest is taken. */
function gripOf(subject: Subject, boxes: readonly Box[]): At {
  const wanted = new Set(boxes);
  const tolerance = 6 / subject.area.scale;
  const grip = boxes.map(middleOf).find(([px, py]) => {
    const under = subject.boxes.filter(
      ([x, y, w, h]) => px >= x - tolerance && py >= y - tolerance && px <= x + w + tolerance && py <= y + h + tolerance,
    );
    const smallest = under.sort((a, b) => a[2] * a[3] - b[2] * b[3])[0];
    return smallest !== undefined && wanted.has(smallest);
  });
  if (!grip) throw new Error('none of the boxes can be taken');
  return toPage(subject, ...grip);
}

/** Selects 50 boxes by a marquee from outside the frame's corner, where no box is grabbed. Returns a point that takes hold of one of them. */
async function selectFifty(subject: Subject, hand: Hand): Promise<At> {
  const reach = (share: number): At => ({ x: frameSize.width * share, y: frameSize.height * share });
  const inside = (share: number): readonly Box[] =>
    subject.boxes.filter(([x, y, w, h]) => x + w <= reach(share).x && y + h <= reach(share).y);
  let share = 0.01;
  while (inside(share).length < 50) share += 0.001;
  const corner = toPage(subject, -60, -60);
  const opposite = toPage(subject, reach(share).x, reach(share).y);
  await hand.press(corner);
  hand.move({ x: opposite.x - 20, y: opposite.y - 20 });
  hand.move(opposite);
  await hand.release(opposite);
  return gripOf(subject, inside(share));
}

async function expectSelected(subject: Subject, holds: (count: number) => boolean): Promise<void> {
  const count = await subject.selected();
  if (!holds(count)) throw new Error(`the gesture did not do what it should: ${count} boxes are selected`);
}
