import type { StoreApi } from 'zustand/vanilla';
import type { Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { EditorState } from './editorState.ts';

/** What the editor's actions stand on. */
export interface EditorCore {
  readonly store: StoreApi<EditorState>;
  /** Shows the changes at once and sends them on their way. One call is one step of undo. */
  commit(changes: readonly Change[]): void;
  /** Ids nobody else gets; at once where there are enough at hand. */
  withIds(count: number, make: (ids: readonly BoxId[]) => void): Promise<void>;
  select(ids: readonly BoxId[]): void;
  /** The boxes in sight, in drawing order. */
  scene(): readonly SceneBox[];
  /** The selected boxes that may be changed: what is locked stays as it is. */
  editable(): readonly Annotation[];
}
