import type Konva from 'konva';
import type { Box, Size } from '../../../shared/geometry/box.ts';

declare global {
  interface Window {
    readonly Konva: typeof Konva;
    nodePerBox: { selected(): number; reset(): void };
  }
}

interface Options {
  readonly boxes: readonly Box[];
  readonly image: string;
  readonly area: { readonly x: number; readonly y: number; readonly scale: number };
  readonly size: Size;
}

/**
 * Runs in the page. The canvas as the peers build it (Label Studio: react-konva; most tutorials): a draggable `Rect` a box in one layer,
 * a `Transformer` for the selection, the stage moved and scaled for pan and zoom, Konva's own hit graph.
 */
export async function nodePerBox({ boxes, image, area, size }: Options): Promise<void> {
  const { Konva: K } = window;
  const stage = new K.Stage({ container: 'stage', width: innerWidth, height: innerHeight });
  const under = new K.Layer({ listening: false });
  const layer = new K.Layer();
  const over = new K.Layer();
  stage.add(under, layer, over);
  const picture = new Image();
  picture.src = image;
  await picture.decode();
  under.add(new K.Image({ image: picture, width: size.width, height: size.height }));
  const nodes = boxes.map(
    ([x, y, width, height]) =>
      new K.Rect({
        x,
        y,
        width,
        height,
        stroke: '#56b4e9',
        strokeWidth: 1.5,
        strokeScaleEnabled: false,
        draggable: true,
        fill: 'transparent',
      }),
  );
  for (const node of nodes) layer.add(node);
  const transformer = new K.Transformer({ rotateEnabled: false });
  const marquee = new K.Rect({ stroke: '#5b8cff', strokeScaleEnabled: false, visible: false, listening: false });
  over.add(transformer, marquee);

  const home = (): void => {
    stage.scale({ x: area.scale, y: area.scale });
    stage.position({ x: area.x, y: area.y });
  };
  home();
  const at = (): { readonly x: number; readonly y: number } => layer.getRelativePointerPosition() ?? { x: 0, y: 0 };
  let start: { readonly x: number; readonly y: number } | null = null;
  let panning: { x: number; y: number } | null = null;

  stage.on('wheel', ({ evt }) => {
    evt.preventDefault();
    const scale = stage.scaleX() * Math.exp(-evt.deltaY * 0.0018);
    const pointer = stage.getPointerPosition() ?? { x: 0, y: 0 };
    const held = at();
    stage.scale({ x: scale, y: scale });
    stage.position({ x: pointer.x - held.x * scale, y: pointer.y - held.y * scale });
  });
  stage.on('mousedown', ({ evt, target }) => {
    if (evt.button === 1) panning = { x: evt.clientX, y: evt.clientY };
    else if (target === stage) start = at();
    else if (!transformer.nodes().includes(target)) transformer.nodes([target]);
  });
  stage.on('mousemove', ({ evt }) => {
    if (panning) {
      stage.position({ x: stage.x() + evt.clientX - panning.x, y: stage.y() + evt.clientY - panning.y });
      panning = { x: evt.clientX, y: evt.clientY };
    }
    if (!start) return;
    const end = at();
    const rect = {
      x: Math.min(start.x, end.x),
      y: Math.min(start.y, end.y),
      width: Math.abs(end.x - start.x),
      height: Math.abs(end.y - start.y),
    };
    marquee.setAttrs({ ...rect, visible: true });
    const inside = nodes.filter(
      (node) =>
        node.x() >= rect.x &&
        node.y() >= rect.y &&
        node.x() + node.width() <= rect.x + rect.width &&
        node.y() + node.height() <= rect.y + rect.height,
    );
    if (inside.length !== transformer.nodes().length) transformer.nodes(inside);
  });
  window.addEventListener('mouseup', () => {
    start = null;
    panning = null;
    marquee.visible(false);
  });
  layer.on('mouseover', ({ target }) => target instanceof K.Rect && target.fill('rgba(86, 180, 233, 0.14)'));
  layer.on('mouseout', ({ target }) => target instanceof K.Rect && target.fill('transparent'));
  window.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    event.preventDefault();
    const next = nodes[(nodes.indexOf(transformer.nodes()[0] as Konva.Rect) + 1) % nodes.length];
    if (next) transformer.nodes([next]);
  });
  window.nodePerBox = {
    selected: () => transformer.nodes().length,
    reset() {
      transformer.nodes([]);
      nodes.forEach((node, index) => node.position({ x: boxes[index]?.[0] ?? 0, y: boxes[index]?.[1] ?? 0 }));
      home();
    },
  };
}
