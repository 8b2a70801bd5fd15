import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { BoxConflict, ConflictValue } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import type { Viewport } from '../../canvas/model/viewport.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';

interface Shape {
  readonly key: string;
  readonly kind: 'ancestor' | 'a' | 'b' | 'ghost';
  readonly bbox: Box;
  readonly angle: number;
  readonly label: string | null;
}

/** Both values of what people changed at the same time, over the canvas: A blue, B orange, what they started from dashed. */
export function ConflictOverlay({
  editor,
  viewport,
}: {
  readonly editor: Editor;
  readonly viewport: ViewportControl;
}): ReactElement | null {
  const { t } = useTranslation('label');
  const conflicts = useStore(editor.store, (state) => state.conflicts);
  const annotations = useStore(editor.store, (state) => state.annotations);
  const view = useStore(viewport.store, (state) => state.viewport);
  const canvasWidth = useStore(viewport.store, (state) => state.canvas.width);
  if (conflicts.length === 0) return null;
  const shapes = conflicts.flatMap((conflict) => shapesOf(conflict, annotations, t('conflict.deletedBy')));
  return (
    <svg className="conflicts" aria-hidden>
      <defs>
        <pattern id="conflict-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="8" />
        </pattern>
      </defs>
      {shapes.map((shape) => (
        <Outline key={shape.key} shape={shape} view={view} canvasWidth={canvasWidth} />
      ))}
    </svg>
  );
}

/** px: room for the names of two people. */
const nameWidth = 240;
const nameHeight = 18;

function Outline({
  shape,
  view,
  canvasWidth,
}: {
  readonly shape: Shape;
  readonly view: Viewport;
  readonly canvasWidth: number;
}): ReactElement {
  const [x, y, w, h] = shape.bbox;
  const left = view.x + x * view.scale;
  const top = view.y + y * view.scale;
  const width = w * view.scale;
  const height = h * view.scale;
  const turn = shape.angle === 0 ? undefined : `rotate(${shape.angle} ${left + width / 2} ${top + height / 2})`;
  // Inside, A's name above and B's below, clear of the tag and of each other where the boxes overlap.
  const nameY = shape.kind === 'b' ? top + height - nameHeight - 1 : top + 1;
  // At the right end of the canvas a name grows to the left.
  const turned = left + nameWidth > canvasWidth;
  return (
    <g className={`conflict-${shape.kind}`}>
      <rect x={left} y={top} width={width} height={height} transform={turn} />
      {shape.label !== null && (
        <foreignObject
          x={turned ? Math.min(left + width, canvasWidth) - nameWidth : left + 1}
          y={nameY}
          width={nameWidth}
          height={nameHeight}
        >
          <span className="conflict-name clip" data-end={turned || undefined}>
            {shape.label}
          </span>
        </foreignObject>
      )}
    </g>
  );
}

function shapesOf(conflict: BoxConflict, annotations: readonly Annotation[], deleted: string): readonly Shape[] {
  const { box, field, ghost, ancestor, alternatives } = conflict;
  const key = `${box} ${field}`;
  if (field === 'deleted') {
    if (ghost === null) return [];
    const by = alternatives.find(({ value }) => value.deleted === true)?.author ?? '';
    return [{ key, kind: 'ghost', bbox: ghost.bbox, angle: ghost.angle, label: `${deleted} ${by}` }];
  }
  const here = annotations.find((other) => other.id === box);
  const at = (value: ConflictValue): { bbox: Box; angle: number } | null =>
    value.bbox === undefined ? null : { bbox: value.bbox, angle: value.angle ?? 0 };
  const shapes: Shape[] = [];
  const start = ancestor === null ? null : at(ancestor);
  if (start) shapes.push({ key: `${key} 0`, kind: 'ancestor', ...start, label: null });
  for (const [i, { author, value }] of alternatives.entries()) {
    const place = at(value) ?? (here && i === 0 ? { bbox: here.bbox, angle: here.angle } : null);
    if (!place) continue;
    const label =
      field === 'geometry' ? `${letterOf(i)} ${author}` : alternatives.map((one, k) => `${letterOf(k)} ${one.author}`).join(' · ');
    shapes.push({ key: `${key} ${i + 1}`, kind: i % 2 === 0 ? 'a' : 'b', ...place, label });
  }
  return shapes;
}

/** A, B, C … as the inspector names the values. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + (index % 26));
}
