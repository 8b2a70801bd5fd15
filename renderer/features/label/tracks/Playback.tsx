import { type ReactElement, useEffect, useRef } from 'react';
import type { TrackList } from '../../../../shared/contract/tracks.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { mediaUrl } from '../../../lib/mediaUrl.ts';
import type { ViewportControl } from '../../../state/viewportStore.ts';
import { createImageCache } from '../imageCache.ts';
import { frameToDraw, playAt, showTimes } from './playback.ts';

interface Props {
  readonly dataset: DatasetId;
  readonly list: TrackList;
  readonly from: number;
  readonly speed: number;
  readonly loop: boolean;
  readonly viewport: ViewportControl;
  readonly colorOf: (category: number) => string;
  /** As it goes: for the cursor in the timeline. */
  readonly onPlace: (place: number) => void;
  readonly onEnd: (place: number) => void;
}

/** Frames decoded ahead: enough for a slow one, few enough to hold. */
const ahead = 8;
/** Boxes are asked for so many frames at a time. */
const boxFrames = 500;
const lineWidth = 1.5;

/** The recording at its own speed, over the canvas: image and boxes drawn together, frames that come too late passed over. */
export function Playback({ dataset, list, from, speed, loop, viewport, colorOf, onPlace, onEnd }: Props): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ onPlace, onEnd, colorOf });
  useEffect(() => {
    latest.current = { onPlace, onEnd, colorOf };
  });
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    const images = createImageCache(256 * 2 ** 20);
    const decoded = new Map<number, ImageBitmap>();
    const boxes = createBoxes(dataset, list);
    const clock = { shown: showTimes(list.times), speed, loop };
    let stopped = false;
    let started: number | null = null;
    let drawn = -1;
    let place = from;

    const want = (at: number): void => {
      if (at >= list.frames.length || decoded.has(at)) return;
      images.load(mediaUrl(dataset, list.frames[at] as number, 'original')).then(
        (bitmap) => !stopped && decoded.set(at, bitmap),
        () => undefined,
      );
    };
    const draw = (at: number): void => {
      const bitmap = decoded.get(at);
      if (bitmap === undefined || at === drawn) return;
      drawn = at;
      const ratio = window.devicePixelRatio;
      const { viewport: view, canvas: size } = viewport.store.getState();
      element.width = Math.round(size.width * ratio);
      element.height = Math.round(size.height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.drawImage(bitmap, view.x, view.y, bitmap.width * view.scale, bitmap.height * view.scale);
      context.lineWidth = lineWidth;
      boxes.each(at, (category, x, y, w, h) => {
        context.strokeStyle = latest.current.colorOf(category);
        context.strokeRect(view.x + x * view.scale, view.y + y * view.scale, w * view.scale, h * view.scale);
      });
      for (const known of decoded.keys()) if (known < at - 2 || known > place + 2 * ahead) decoded.delete(known);
    };
    const tick = (now: number): void => {
      if (stopped) return;
      // The clock starts with the first frame on screen, not with the wait for it.
      if (started === null && decoded.has(from)) started = now;
      if (started !== null) {
        const next = playAt(clock, from, (now - started) / 1_000);
        place = next.place;
        draw(frameToDraw(place, drawn, (at) => decoded.has(at)));
        latest.current.onPlace(place);
        if (next.ended) {
          latest.current.onEnd(place);
          return;
        }
      }
      for (let at = place; at <= place + ahead; at++) want(loop ? at % list.frames.length : at);
      boxes.ask(place);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    return () => {
      stopped = true;
      decoded.clear();
      images.clear();
    };
  }, [dataset, list, from, speed, loop, viewport]);
  return <canvas ref={canvas} className="playback" aria-hidden />;
}

interface PlayBoxes {
  ask(place: number): void;
  each(place: number, draw: (category: number, x: number, y: number, w: number, h: number) => void): void;
}

function createBoxes(dataset: DatasetId, list: TrackList): PlayBoxes {
  type Part = Awaited<ReturnType<typeof api.frames.boxes>>;
  const parts = new Map<number, Part | null>();
  const ask = (part: number): void => {
    if (parts.has(part) || part * boxFrames >= list.frames.length) return;
    parts.set(part, null);
    api.frames.boxes({ dataset, ids: list.frames.slice(part * boxFrames, (part + 1) * boxFrames), source: 'gt' }).then(
      (boxes) => parts.set(part, boxes),
      () => parts.delete(part),
    );
  };
  return {
    ask(place) {
      ask(Math.floor(place / boxFrames));
      ask(Math.floor((place + boxFrames / 2) / boxFrames));
    },
    each(place, draw) {
      const part = parts.get(Math.floor(place / boxFrames));
      if (!part) return;
      const at = place % boxFrames;
      for (let i = part.offsets[at] as number; i < (part.offsets[at + 1] as number); i++) {
        const [x = 0, y = 0, w = 0, h = 0] = part.boxes.subarray(4 * i, 4 * i + 4);
        draw(part.categories[i] as number, x, y, w, h);
      }
    },
  };
}
