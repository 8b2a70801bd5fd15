import { type ReactElement, useEffect, useRef } from 'react';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Size } from '../../../shared/geometry/box.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import { idle } from '../tools/toolState.ts';
import type { BoxLook, CanvasAids } from './boxLook.ts';
import { createCanvasView } from './canvasView.ts';
import { readCanvasTheme } from './canvasTheme.ts';
import { wheelFactor } from './wheelFactor.ts';

interface Props {
  readonly viewport: ViewportControl;
  readonly image: ImageBitmap | null;
  readonly imageSize: Size | null;
  readonly boxes: readonly SceneBox[];
  readonly look: BoxLook;
  readonly themeKey: string;
  readonly label: string;
  /** Pan and zoom here move the viewport; otherwise the pointer goes through. */
  readonly steers: boolean;
}

const noIds: ReadonlySet<BoxId> = new Set();
const noAids: CanvasAids = { crosshair: 'off', crosshairStyle: 'lines', pixelGrid: false };

/** A picture with boxes that follows a viewport and edits nothing. */
export function PassiveCanvas(props: Props): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const redraw = useRef<() => void>(() => undefined);
  const { viewport, steers, themeKey } = props;
  useEffect(() => {
    latest.current = props;
    redraw.current();
  });
  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const canvas = createCanvasView(element, { width: element.clientWidth, height: element.clientHeight });
    const theme = readCanvasTheme(element);
    const select = idle('select');
    const draw = (): void => {
      const { image, imageSize, boxes, look } = latest.current;
      canvas.show({
        image,
        imageSize,
        viewport: viewport.store.getState().viewport,
        boxes,
        selected: noIds,
        witness: noIds,
        tool: select,
        hovered: null,
        crosshair: null,
        draftColor: '#ffffff',
        look,
        aids: noAids,
        theme,
      });
    };
    redraw.current = draw;
    const sizes = new ResizeObserver(() => canvas.resize({ width: element.clientWidth, height: element.clientHeight }));
    sizes.observe(element);
    const stop = viewport.store.subscribe(draw);
    draw();
    return () => {
      stop();
      sizes.disconnect();
      canvas.destroy();
      redraw.current = () => undefined;
    };
  }, [viewport, themeKey]);

  useEffect(() => {
    const element = container.current;
    if (!element || !steers) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const area = element.getBoundingClientRect();
      viewport.zoom(wheelFactor(event), { x: event.clientX - area.left, y: event.clientY - area.top });
    };
    const onDown = (event: PointerEvent): void => element.setPointerCapture(event.pointerId);
    const onMove = (event: PointerEvent): void => {
      if (event.buttons !== 0) viewport.pan(event.movementX, event.movementY);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
    };
  }, [viewport, steers]);

  return <div ref={container} className="passive-canvas" role="img" aria-label={props.label} data-steers={steers ? '' : undefined} />;
}
