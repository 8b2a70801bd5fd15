import { type ReactElement, type RefObject, useEffect, useRef } from 'react';
import { toImage, type Point } from '../../canvas/model/viewport.ts';
import type { LabelSession } from './labelSession.ts';
import { setMagnifier } from './viewStore.ts';

const lensPx = 176;
const times = 4;

interface Props {
  readonly session: LabelSession;
  readonly image: ImageBitmap;
  /** Where the pointer was last, px of the page. */
  readonly pointer: RefObject<Point | null>;
}

/** A lens at the pointer while its key is held: four times what the canvas shows. */
export function Magnifier({ session, image, pointer }: Props): ReactElement {
  const lens = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = lens.current;
    const surface = canvas?.parentElement?.querySelector('[role=application]');
    const context = canvas?.getContext('2d');
    if (!canvas || !context || !surface) return undefined;
    canvas.width = canvas.height = lensPx * devicePixelRatio;
    let frame = 0;
    let at: Point | null = null;
    const draw = (): void => {
      frame = 0;
      if (!at) return;
      const area = surface.getBoundingClientRect();
      const local = { x: at.x - area.left, y: at.y - area.top };
      const { viewport, image: size } = session.viewport.store.getState();
      if (!size) return;
      const centre = toImage(viewport, local);
      const scale = viewport.scale * times * devicePixelRatio;
      const middle = canvas.width / 2;
      context.imageSmoothingEnabled = scale < 6;
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, middle - centre.x * scale, middle - centre.y * scale, size.width * scale, size.height * scale);
      context.strokeStyle = 'rgba(255, 255, 255, 0.9)';
      context.lineWidth = devicePixelRatio;
      context.strokeRect(middle - 4, middle - 4, 8, 8);
      canvas.style.translate = `${local.x - lensPx / 2}px ${local.y - lensPx / 2}px`;
      canvas.hidden = false;
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const move = (event: PointerEvent): void => {
      at = { x: event.clientX, y: event.clientY };
      schedule();
    };
    const off = (): void => setMagnifier(false);
    // The pointer may rest: it is where it was last seen.
    at = pointer.current;
    schedule();
    window.addEventListener('pointermove', move);
    window.addEventListener('keyup', off);
    window.addEventListener('blur', off);
    const stop = session.viewport.store.subscribe(schedule);
    return () => {
      cancelAnimationFrame(frame);
      stop();
      window.removeEventListener('pointermove', move);
      window.removeEventListener('keyup', off);
      window.removeEventListener('blur', off);
    };
  }, [session, image, pointer]);
  return <canvas ref={lens} className="lens" hidden aria-hidden />;
}
