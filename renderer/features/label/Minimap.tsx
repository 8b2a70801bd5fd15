import { type PointerEvent, type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { BoxLook } from '../../canvas/view/boxLook.ts';
import type { LabelSession } from './labelSession.ts';
import type { SeenImage } from './useSeenImage.ts';
import { uiScale } from '../../lib/uiScale.ts';

const longSide = 184;

/** The whole frame, small, with the part that is in sight; dragging moves that part. */
export function Minimap({
  session,
  seen,
  look,
}: {
  readonly session: LabelSession;
  readonly seen: SeenImage;
  readonly look: BoxLook;
}): ReactElement | null {
  const { t } = useTranslation('canvas');
  const { editor, viewport } = session;
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const size = useStore(viewport.store, (state) => state.image);
  const scene = useStore(editor.store, () => editor.scene());
  const scale = size ? longSide / Math.max(size.width, size.height) : 1;
  const width = size ? Math.round(size.width * scale) : 0;
  const height = size ? Math.round(size.height * scale) : 0;

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context || !size) return;
    const ratio = devicePixelRatio;
    canvas.current.width = width * ratio;
    canvas.current.height = height * ratio;
    context.scale(ratio, ratio);
    context.imageSmoothingQuality = 'high';
    if (seen.image) context.drawImage(seen.image, 0, 0, width, height);
    for (const box of scene) {
      context.fillStyle = look.colorOf(box);
      context.fillRect((box.bbox[0] + box.bbox[2] / 2) * scale - 1, (box.bbox[1] + box.bbox[3] / 2) * scale - 1, 2, 2);
    }
  }, [seen.image, scene, look, size, scale, width, height]);

  useEffect(() => {
    const place = (): void => {
      const { viewport: shown, canvas: room, image } = viewport.store.getState();
      if (!frame.current || !image) return;
      const left = Math.max(-shown.x / shown.scale, 0);
      const top = Math.max(-shown.y / shown.scale, 0);
      const right = Math.min((room.width - shown.x) / shown.scale, image.width);
      const bottom = Math.min((room.height - shown.y) / shown.scale, image.height);
      const { style } = frame.current;
      style.translate = `${left * scale}px ${top * scale}px`;
      style.width = `${Math.max((right - left) * scale, 3)}px`;
      style.height = `${Math.max((bottom - top) * scale, 3)}px`;
    };
    place();
    return viewport.store.subscribe(place);
  }, [viewport, scale]);

  if (!size) return null;
  const centreOn = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons === 0) return;
    const area = event.currentTarget.getBoundingClientRect();
    const { viewport: shown, canvas: room } = viewport.store.getState();
    const x = (event.clientX - area.left) / uiScale() / scale;
    const y = (event.clientY - area.top) / uiScale() / scale;
    viewport.pan(room.width / 2 - (x * shown.scale + shown.x), room.height / 2 - (y * shown.scale + shown.y));
  };
  return (
    <div
      className="pop minimap"
      role="img"
      aria-label={t('minimap.label')}
      style={{ width, height }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        centreOn(event);
      }}
      onPointerMove={centreOn}
    >
      <canvas ref={canvas} style={{ width, height }} />
      <div ref={frame} className="minimap-frame" />
    </div>
  );
}
