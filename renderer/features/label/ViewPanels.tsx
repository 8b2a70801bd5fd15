import { type ReactElement, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { Category } from '../../../shared/domain/category.ts';
import type { Point } from '../../canvas/model/viewport.ts';
import type { BoxLook } from '../../canvas/view/boxLook.ts';
import { BoxesPanel } from './BoxesPanel.tsx';
import { ComparePane } from './ComparePane.tsx';
import { FilterChip } from './FilterChip.tsx';
import { ImagePanel } from './ImagePanel.tsx';
import type { LabelSession } from './labelSession.ts';
import { Magnifier } from './Magnifier.tsx';
import { Minimap } from './Minimap.tsx';
import type { SeenImage } from './useSeenImage.ts';
import { useViewCommands } from './useViewCommands.ts';
import './view.css';
import { useViewOptions } from './viewOptions.ts';
import { closeView, viewStore } from './viewStore.ts';

interface Props {
  readonly session: LabelSession;
  readonly summary: DatasetSummary;
  readonly categories: ReadonlyMap<number, Category>;
  readonly seen: SeenImage;
  readonly look: BoxLook;
  readonly themeKey: string;
}

/** What floats over the canvas and helps to see: panels, minimap, magnifier, comparison. */
export function ViewPanels(props: Props): ReactElement {
  const { session, summary, seen } = props;
  const { panel, compare, magnifier } = useStore(viewStore);
  const options = useViewOptions();
  const isGone = useStore(session.store, (state) => state.imageProblem !== null);
  useViewCommands(session, summary);
  useEffect(() => closeView, []);
  const pointer = useRef<Point | null>(null);
  useEffect(() => {
    const note = (event: PointerEvent): void => {
      pointer.current = { x: event.clientX, y: event.clientY };
    };
    window.addEventListener('pointermove', note, { passive: true });
    return () => window.removeEventListener('pointermove', note);
  }, []);
  return (
    <>
      {compare !== null && <ComparePane {...props} key={compare.mode} compare={compare} />}
      {panel === 'image' && <ImagePanel dataset={session.dataset} seen={seen} />}
      {panel === 'boxes' && <BoxesPanel {...props} />}
      <FilterChip editor={session.editor} />
      {options.minimap && !isGone && <Minimap {...props} />}
      {magnifier && seen.image !== null && <Magnifier session={session} image={seen.image} pointer={pointer} />}
    </>
  );
}
