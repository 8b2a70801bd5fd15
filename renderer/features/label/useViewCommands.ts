import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { channels, neutral } from '../../canvas/model/adjustments.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { effective, openFilter } from '../../state/editor/boxFilter.ts';
import type { LabelSession } from './labelSession.ts';
import { adjustmentsOf, colorings, crosshairModes, nextOf, setAdjustments, setViewOption, tagModes, viewOptions } from './viewOptions.ts';
import { compareWith, setMagnifier, togglePanel, viewStore } from './viewStore.ts';

const step = 10;
const scoreStep = 0.05;

/** Lends what helps to see to its commands. */
export function useViewCommands(session: LabelSession, summary: DatasetSummary): void {
  const { dataset, editor } = session;
  const within = (value: number): number => Math.min(Math.max(value, -100), 100);
  const shift = (name: 'brightness' | 'contrast', by: number) => (): void =>
    setAdjustments(dataset, { [name]: within(adjustmentsOf(dataset)[name] + by) });
  const flip = (name: 'autoLevels' | 'clahe' | 'invert') => (): void => setAdjustments(dataset, { [name]: !adjustmentsOf(dataset)[name] });
  const score = (by: number) => (): void => {
    const filter = editor.store.getState().boxFilter ?? openFilter;
    const minScore = Math.round(Math.min(Math.max(filter.minScore + by, 0), 1) * 100) / 100;
    editor.store.setState({ boxFilter: effective({ ...filter, minScore }) });
  };
  const filtering = (): boolean => editor.store.getState().boxFilter !== null;
  useCommands({
    'canvas.imagePanel': () => togglePanel('image'),
    'canvas.boxesPanel': () => togglePanel('boxes'),
    'canvas.brighter': shift('brightness', step),
    'canvas.darker': shift('brightness', -step),
    'canvas.moreContrast': shift('contrast', step),
    'canvas.lessContrast': shift('contrast', -step),
    'canvas.resetImage': () => setAdjustments(dataset, neutral),
    'canvas.autoLevels': flip('autoLevels'),
    'canvas.clahe': flip('clahe'),
    'canvas.invert': flip('invert'),
    'canvas.nextChannel': () => setAdjustments(dataset, { channel: nextOf(channels, adjustmentsOf(dataset).channel) }),
    'canvas.magnifier': () => setMagnifier(true),
    'canvas.minimap': () => setViewOption('minimap', !viewOptions().minimap),
    'canvas.crosshair': () => setViewOption('crosshair', nextOf(crosshairModes, viewOptions().crosshair)),
    'canvas.pixelGrid': () => setViewOption('pixelGrid', !viewOptions().pixelGrid),
    'canvas.tags': () => setViewOption('tags', nextOf(tagModes, viewOptions().tags)),
    'canvas.colorBy': () => setViewOption('colorBy', nextOf(colorings, viewOptions().colorBy)),
    'canvas.raiseScore': score(scoreStep),
    'canvas.lowerScore': score(-scoreStep),
    'canvas.clearFilter': { when: filtering, run: () => editor.store.setState({ boxFilter: null }) },
    'canvas.compare': { when: () => summary.frames > 0, run: toggleCompare },
    'canvas.compareMode': {
      when: () => viewStore.getState().compare !== null,
      run: () => {
        const { compare } = viewStore.getState();
        if (compare) compareWith({ ...compare, mode: compare.mode === 'side' ? 'overlay' : 'side' });
      },
    },
  });
}

/** Opens the comparison with the frame before, or closes the one that is open. */
export function toggleCompare(): void {
  compareWith(viewStore.getState().compare === null ? { with: 'previous', mode: 'side' } : null);
}
