import { type ReactElement, type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';
import { boxIndex } from '../model/boxIndex.ts';
import { handleCursor, turnHandleDistancePx } from '../model/handles.ts';
import { hitTest } from '../model/hitTest.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import { toImage, toScreen, type Point } from '../model/viewport.ts';
import type { PointerInput } from '../tools/gesture.ts';
import { draftBox } from '../tools/live.ts';
import { steer } from '../tools/steer.ts';
import { hitTolerancePx } from '../tools/reach.ts';
import { isBusy, type ToolState } from '../tools/toolState.ts';
import { type CanvasView, createCanvasView } from './canvasView.ts';
import { type CanvasTheme, readCanvasTheme } from './canvasTheme.ts';
import { createPointerRouter } from './pointerRouter.ts';
import type { BoxLook, CanvasAids } from './boxLook.ts';
import { wheelFactor } from './wheelFactor.ts';

export interface CanvasHandle {
  /** Image px under the pointer, or null while it is elsewhere. */
  pointer(): Point | null;
  /** Whether arrow keys belong to the crosshair of a drawing tool now, rather than to the selected boxes. */
  takesArrows(): boolean;
  /** Moves the crosshair by so many image px and keeps it in sight: the tools work without a mouse, too. */
  steer(dx: number, dy: number): void;
  /** A click where the crosshair stands: a corner, a point, a comment. */
  click(): void;
  pulse(): void;
}

export interface CanvasSurfaceProps {
  readonly editor: Editor;
  readonly viewport: ViewportControl;
  readonly image: ImageBitmap | null;
  readonly witness: ReadonlySet<BoxId>;
  readonly look: BoxLook;
  readonly aids: CanvasAids;
  readonly draftColor: string;
  /** Changes with the theme, so that the colours are read again. */
  readonly themeKey: string;
  /** Id of the element that says how many boxes there are. */
  readonly describedBy: string;
  readonly handle: RefObject<CanvasHandle | null>;
  /** A finger has rested on the box that is selected now, or on the image. */
  readonly onLongPress?: () => void;
  /** What a screen reader says of the crosshair that keys move. */
  readonly describeCrosshair: (at: Point, draft: Box | null) => string;
}

const buttons = ['primary', 'middle', 'secondary'] as const;

/** The canvas: pointer events in, pictures out. It subscribes to the stores itself, so a drag renders no React. */
export function CanvasSurface(props: CanvasSurfaceProps): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const redraw = useRef<() => void>(() => undefined);
  const retheme = useRef<() => void>(() => undefined);
  const view = useRef<CanvasView | null>(null);
  const pointerAt = useRef<Point | null>(null);
  const keys = useRef<Pick<CanvasHandle, 'takesArrows' | 'steer' | 'click'>>(noKeys);
  const spoken = useRef<HTMLSpanElement>(null);
  const { editor, viewport } = props;

  useImperativeHandle(props.handle, () => ({
    pointer: () => pointerAt.current,
    takesArrows: () => keys.current.takesArrows(),
    steer: (dx, dy) => keys.current.steer(dx, dy),
    click: () => keys.current.click(),
    pulse: () => view.current?.pulse(),
  }));

  useEffect(() => {
    latest.current = props;
    redraw.current();
  });
  useEffect(() => retheme.current(), [props.themeKey]);

  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const canvas = createCanvasView(element, { width: element.clientWidth, height: element.clientHeight });
    view.current = canvas;
    let theme: CanvasTheme = readCanvasTheme(element);
    let hovered: SceneBox | null = null;
    let screen: Point | null = null;
    let spaceHeld = false;
    let panning: Point | null = null;
    /** The crosshair stands where keys have put it. */
    let steered = false;
    /** Since the tool was taken up, a mouse or a finger has worked with it: arrows then move what it has drawn. */
    let pointed = false;
    let speaking: ReturnType<typeof setTimeout> | undefined;

    const draw = (): void => {
      const { image, witness, look, aids, draftColor } = latest.current;
      const state = editor.store.getState();
      const ready = state.status === 'ready';
      canvas.show({
        image,
        imageSize: state.frame?.size ?? null,
        viewport: viewport.store.getState().viewport,
        boxes: ready && !state.peeking ? editor.scene() : noBoxes,
        selected: state.peeking ? noIds : state.selected,
        witness,
        tool: state.tool,
        hovered: isBusy(state.tool) || state.peeking ? null : hovered,
        crosshair: (steered || wantsCrosshair(aids, state.tool)) && !panning ? screen : null,
        aids,
        draftColor,
        look,
        theme,
      });
    };
    redraw.current = draw;
    retheme.current = () => {
      theme = readCanvasTheme(element);
      draw();
    };

    const place = (event: { clientX: number; clientY: number }): Point => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };

    const setCursor = (): void => {
      const { tool, selected, readOnly } = editor.store.getState();
      let cursor = 'default';
      if (panning) cursor = 'grabbing';
      else if (spaceHeld || tool.tool === 'pan') cursor = tool.phase === 'panning' ? 'grabbing' : 'grab';
      else if (tool.tool === 'box' || tool.tool === 'extreme') cursor = 'crosshair';
      else if (tool.tool === 'comment') cursor = 'copy';
      else if (tool.phase === 'moving') cursor = 'move';
      else if (pointerAt.current && !readOnly) {
        const { scale } = viewport.store.getState().viewport;
        const hit = hitTest(editor.scene(), selected, pointerAt.current, 6 / scale, turnHandleDistancePx / scale);
        if (hit?.kind === 'handle') cursor = handleCursor(hit.handle, editor.scene().find((box) => box.id === hit.id)?.angle);
        else if (hit?.kind === 'turn') cursor = 'grab';
        else if (hit?.corner) cursor = handleCursor(hit.corner, boxIndex(editor.scene()).byId(hit.id)?.angle);
        else if (hit && selected.has(hit.id)) cursor = 'move';
      }
      if (element.style.cursor !== cursor) element.style.cursor = cursor;
    };

    const hover = (): void => {
      const { selected, tool } = editor.store.getState();
      const at = pointerAt.current;
      const hit = at && tool.tool === 'select' ? hitTest(editor.scene(), selected, at, 3 / viewport.store.getState().viewport.scale) : null;
      hovered = hit?.kind === 'box' ? (boxIndex(editor.scene()).byId(hit.id) ?? null) : null;
    };

    const send = (type: PointerInput['type'], at: Point, event: PointerEvent): void => {
      const { viewport: current } = viewport.store.getState();
      const touch = event.pointerType === 'touch';
      steered = false;
      if (type === 'down') pointed = true;
      screen = at;
      const point = toImage(current, screen);
      pointerAt.current = point;
      if (panning) {
        viewport.pan(screen.x - panning.x, screen.y - panning.y);
        panning = type === 'up' ? null : screen;
      } else if (type === 'down' && (event.button === 1 || (event.button === 0 && spaceHeld))) {
        panning = screen;
        if (spaceHeld) window.dispatchEvent(new Event(spaceUsedEvent));
      } else {
        const button = type === 'move' || touch ? 'primary' : (buttons[event.button] ?? 'secondary');
        editor.pointer(
          { type, point, screen, button, shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey, touch },
          current.scale,
        );
      }
      if (!touch) hover();
      setCursor();
      draw();
    };

    keys.current = {
      takesArrows() {
        const { tool, selected } = editor.store.getState();
        return isPlacing(tool) && (!pointed || isBusy(tool) || selected.size === 0);
      },
      steer(dx, dy) {
        const { image, canvas: area, viewport: current } = viewport.store.getState();
        if (image === null) return;
        const from = pointerAt.current ?? toImage(current, { x: area.width / 2, y: area.height / 2 });
        pointerAt.current = steer(from, { x: dx, y: dy }, image);
        viewport.reveal(pointerAt.current);
        steered = true;
        pointed = false;
        press(['move']);
      },
      click() {
        if (pointerAt.current === null) this.steer(0, 0);
        else press(['down', 'up']);
      },
    };

    /** Events for the tool at the crosshair. */
    const press = (types: readonly PointerInput['type'][]): void => {
      const point = pointerAt.current;
      if (point === null) return;
      const { viewport: current } = viewport.store.getState();
      screen = toScreen(current, point);
      for (const type of types)
        editor.pointer({ type, point, screen, button: 'primary', shift: false, ctrl: false, alt: false }, current.scale);
      draw();
      clearTimeout(speaking);
      speaking = setTimeout(() => {
        if (spoken.current) spoken.current.textContent = latest.current.describeCrosshair(point, draftBox(editor.store.getState().tool));
      }, speakAfterMs);
    };

    /** With the drawing tool goes the crosshair of its keys: what is under it means nothing to the other tools. */
    const letGo = (): void => {
      if (!steered || isPlacing(editor.store.getState().tool)) return;
      steered = false;
      onLeave();
    };

    const router = createPointerRouter({
      place,
      tool: send,
      breakOff() {
        panning = null;
        editor.breakOff();
      },
      pan: (dx, dy) => viewport.pan(dx, dy),
      zoom: (factor, at) => viewport.zoom(factor, at),
      longPress(at) {
        const point = toImage(viewport.store.getState().viewport, at);
        const hit = hitTest(editor.scene(), noIds, point, hitTolerancePx.touch / viewport.store.getState().viewport.scale);
        if (hit && !editor.store.getState().selected.has(hit.id)) editor.select([hit.id]);
        latest.current.onLongPress?.();
      },
      grabs(at) {
        const { tool, selected } = editor.store.getState();
        if (tool.tool !== 'select') return true;
        const { viewport: current } = viewport.store.getState();
        const hit = hitTest(
          editor.scene(),
          selected,
          toImage(current, at),
          hitTolerancePx.touch / current.scale,
          turnHandleDistancePx / current.scale,
        );
        return hit !== null && selected.has(hit.id);
      },
    });

    const onDown = (event: PointerEvent): void => {
      element.setPointerCapture(event.pointerId);
      element.focus({ preventScroll: true });
      if (event.button === 1) event.preventDefault();
      router.down(event);
    };
    const onMove = (event: PointerEvent): void => router.move(event);
    const onUp = (event: PointerEvent): void => router.up(event);
    const onLeave = (): void => {
      pointerAt.current = null;
      screen = null;
      hovered = null;
      draw();
    };
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      if (event.shiftKey) viewport.pan(-event.deltaY - event.deltaX, 0);
      else {
        viewport.zoom(wheelFactor(event), place(event));
      }
    };
    const onCancel = (event: PointerEvent): void => router.cancel(event);
    const onKey = (event: KeyboardEvent): void => {
      if (event.code !== 'Space') return;
      spaceHeld = event.type === 'keydown' && !isTyping(event.target);
      setCursor();
    };
    const onBlur = (): void => {
      spaceHeld = false;
      editor.setPeeking(false);
    };
    const onMenu = (event: Event): void => event.preventDefault();
    // The mouse events that would follow take the focus back from the list that a long press has opened.
    const onTouchEnd = (event: Event): void => {
      if (event.cancelable) event.preventDefault();
    };

    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onCancel);
    element.addEventListener('lostpointercapture', onCancel);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('contextmenu', onMenu);
    element.addEventListener('touchend', onTouchEnd);
    window.addEventListener('keydown', onKey);
    window.addEventListener('keyup', onKey);
    window.addEventListener('blur', onBlur);
    const sizes = new ResizeObserver(() => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      canvas.resize(size);
      viewport.setCanvas(size);
    });
    sizes.observe(element);
    const stops = [
      editor.store.subscribe((state, before) => {
        if (state.tool.tool !== before.tool.tool) pointed = false;
        letGo();
        setCursor();
        draw();
      }),
      viewport.store.subscribe(() => {
        if (steered && pointerAt.current) screen = toScreen(viewport.store.getState().viewport, pointerAt.current);
        draw();
      }),
    ];
    draw();

    return () => {
      for (const stop of stops) stop();
      router.dispose();
      clearTimeout(speaking);
      keys.current = noKeys;
      sizes.disconnect();
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('keyup', onKey);
      window.removeEventListener('blur', onBlur);
      canvas.destroy();
      view.current = null;
      redraw.current = () => undefined;
      retheme.current = () => undefined;
    };
  }, [editor, viewport]);

  return (
    <>
      <div
        ref={container}
        className="canvas-surface"
        role="application"
        aria-label="Canvas"
        aria-describedby={props.describedBy}
        tabIndex={0}
      />
      <span ref={spoken} className="sr-only" role="status" aria-label={fixedNames.crosshair} />
    </>
  );
}

/** Said on `window` when a held Space was used to pan, so that letting it go does not accept the frame. */
export const spaceUsedEvent = 'hardcase:space-used';

function wantsCrosshair(aids: CanvasAids, { tool }: ToolState): boolean {
  return aids.crosshair === 'always' || (aids.crosshair === 'draw' && (tool === 'box' || tool === 'extreme'));
}

/** The tools that work with points, wherever those come from. */
const isPlacing = ({ tool }: ToolState): boolean => tool === 'box' || tool === 'extreme' || tool === 'comment';

const noKeys = { takesArrows: () => false, steer: () => undefined, click: () => undefined };
/** A screen reader hears where the crosshair came to rest, not each step. */
const speakAfterMs = 250;
const noBoxes: readonly SceneBox[] = [];
const noIds: ReadonlySet<BoxId> = new Set();

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|BUTTON)$/.test(target.tagName));
}
