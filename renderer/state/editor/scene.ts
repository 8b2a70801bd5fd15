import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { EditorState } from './editorState.ts';

type SceneInput = Pick<EditorState, 'annotations' | 'predictions' | 'hidden' | 'scoreThreshold' | 'showPredictions' | 'witness'>;

const scoreOf = (box: Annotation): number | null => box.provenance?.score ?? null;

/** Whether predictions stand beside the annotations of this frame. */
export function predictionsShown({ annotations, showPredictions }: Pick<EditorState, 'annotations' | 'showPredictions'>): boolean {
  return showPredictions === 'auto' ? annotations.length === 0 : showPredictions;
}

/** The boxes that are drawn and hit, in drawing order: predictions of the shown runs below, annotations on top. */
export function sceneBoxes({
  annotations,
  predictions,
  hidden,
  scoreThreshold,
  showPredictions,
  witness,
}: SceneInput): readonly SceneBox[] {
  const scene: SceneBox[] = [];
  const all = predictionsShown({ annotations, showPredictions });
  for (const { boxes } of predictions) {
    for (const box of boxes) {
      // The boxes of a hit are why one is here: they are always shown.
      if (!witness.has(box.id) && (!all || box.score < scoreThreshold)) continue;
      scene.push({ ...box, angle: 0, origin: 'model', flags: [], readOnly: true });
    }
  }
  for (const box of annotations) {
    const score = scoreOf(box);
    // The slider filters proposals; a box that a person stands behind is always there.
    if (hidden.has(box.id) || (box.origin === 'model' && score !== null && score < scoreThreshold)) continue;
    scene.push({
      id: box.id,
      category: box.category,
      bbox: box.bbox,
      angle: box.angle,
      score,
      origin: box.origin,
      flags: box.flags,
      readOnly: false,
    });
  }
  return scene;
}
