import type { BoxId } from '../../../shared/domain/ids.ts';
import type { EditorState } from '../../state/editor/editorState.ts';

/** For every box of a hit the annotation that was made of it, or itself. */
export function draftsOf(
  hitBoxes: readonly BoxId[],
  { annotations, predictions }: Pick<EditorState, 'annotations' | 'predictions'>,
): ReadonlySet<BoxId> {
  return new Set(
    hitBoxes.map((id) => {
      for (const { source, boxes } of predictions) {
        const prediction = boxes.find((box) => box.id === id);
        const draft =
          prediction &&
          annotations.find(
            (box) =>
              box.provenance?.run === source &&
              box.category === prediction.category &&
              box.bbox.every((value, at) => value === prediction.bbox[at]),
          );
        if (draft) return draft.id;
      }
      return id;
    }),
  );
}
