import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { EditorState } from './editorState.ts';
import { passes } from './boxFilter.ts';
import { covers, isEmpty, type Layers, sourceOf, sourceOfRun } from './layers.ts';

/** What of the editor the scene follows from. */
export const sceneParts = [
  'annotations',
  'predictions',
  'hidden',
  'hiddenCategories',
  'hiddenSources',
  'allHidden',
  'locks',
  'scoreThreshold',
  'showPredictions',
  'witness',
  'boxFilter',
] as const satisfies readonly (keyof EditorState)[];

type SceneInput = Pick<EditorState, (typeof sceneParts)[number]>;

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
  hiddenCategories,
  hiddenSources,
  allHidden,
  locks,
  scoreThreshold,
  showPredictions,
  witness,
  boxFilter,
}: SceneInput): readonly SceneBox[] {
  const scene: SceneBox[] = [];
  if (allHidden) return scene;
  const all = predictionsShown({ annotations, showPredictions });
  const hide: Layers = { boxes: hidden, categories: hiddenCategories, sources: hiddenSources };
  const unlocked = isEmpty(locks);
  for (const { source, boxes } of predictions) {
    if (hiddenSources.has(sourceOfRun(source))) continue;
    for (const box of boxes) {
      // The boxes of a hit are why one is here: they are always shown.
      if (!witness.has(box.id) && (!all || box.score < scoreThreshold || hiddenCategories.has(box.category))) continue;
      scene.push({ ...box, angle: 0, origin: 'model', flags: [], readOnly: true, source: sourceOfRun(source) });
    }
  }
  for (const box of annotations) {
    const score = scoreOf(box);
    // The slider filters proposals; a box that a person stands behind is always there.
    if (covers(hide, box, sourceOf(box)) || (box.origin === 'model' && score !== null && score < scoreThreshold)) continue;
    scene.push({
      id: box.id,
      category: box.category,
      bbox: box.bbox,
      angle: box.angle,
      score,
      origin: box.origin,
      flags: box.flags,
      readOnly: !unlocked && covers(locks, box, sourceOf(box)),
      source: sourceOf(box),
      track: box.track,
      attributes: box.attributes,
    });
  }
  return boxFilter === null ? scene : scene.filter((box) => witness.has(box.id) || passes(box, boxFilter));
}
