import type { Command } from '../../state/commandStore.ts';

export const framesCommands: readonly Command[] = [
  { id: 'frames.query', scope: 'frames', keys: ['/'], icon: 'search' },
  { id: 'frames.name', scope: 'frames', keys: ['Mod+F'], icon: 'search' },
  { id: 'frames.open', scope: 'frames', keys: ['Enter'], icon: 'label' },
  { id: 'frames.selectAll', scope: 'frames', keys: ['Mod+A'], icon: 'frames' },
  { id: 'frames.clear', scope: 'frames', keys: ['Escape'], icon: 'close' },
  { id: 'frames.labelThese', scope: 'frames', keys: ['L'], icon: 'review' },
  { id: 'frames.reviewThese', scope: 'frames', keys: ['R'], icon: 'review' },
  { id: 'frames.assign', scope: 'frames', keys: ['A'], icon: 'person' },
  { id: 'frames.setState', scope: 'frames', keys: ['S'], icon: 'check' },
  { id: 'frames.setSplit', scope: 'frames', keys: ['P'], icon: 'folder' },
  { id: 'frames.setTag', scope: 'frames', keys: ['T'], icon: 'tag' },
  { id: 'frames.undo', scope: 'frames', keys: ['Mod+Z'], icon: 'undo' },
  { id: 'frames.redo', scope: 'frames', keys: ['Mod+Shift+Z', 'Mod+Y'], icon: 'undo' },
  { id: 'frames.larger', scope: 'frames', keys: ['Plus', '='], icon: 'plus' },
  { id: 'frames.smaller', scope: 'frames', keys: ['-'], icon: 'minus' },
  { id: 'frames.import', scope: 'frames', keys: ['I'], icon: 'import' },
];
