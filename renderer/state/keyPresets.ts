import type { KeyPreset, Settings } from '../../shared/contract/settings.ts';

export type Bindings = { readonly [command: string]: readonly string[] };

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/**
 * Keys that somebody's hands know from another tool, where they differ from ours; from each tool's own defaults (references: PEERS 2.1, 2.3, 2.5).
 * What loses its key to one of them gets another. A test holds that no two commands of a view share a key in any of them.
 */
export const keyPresets: { readonly [P in KeyPreset]: Bindings } = {
  hardcase: {},
  cvat: {
    'label.next': ['F'],
    'label.previous': ['D'],
    'label.needsFix': ['Alt+F'],
    'label.boxTool': ['N'],
    'label.drawAgain': ['Shift+N'],
    'label.verdictReject': ['Alt+N'],
    'label.occluded': ['Q', '/'],
    'label.query': ['Alt+/'],
    'label.delete': ['Delete', 'Shift+Delete', 'Backspace'],
    // CVAT: Ctrl and a digit labels the box; the digit alone is ours to give.
    ...Object.fromEntries(digits.map((digit) => [`label.category${digit}`, [`Mod+${digit}`, digit]])),
    ...Object.fromEntries(digits.map((digit) => [`label.lockCategory${digit}`, [`Alt+Shift+${digit}`]])),
    'label.category0': ['Mod+0', '0'],
    'label.actualSize': ['Shift+Z'],
    'app.settings': ['Mod+,', 'F2'],
    'tracks.key': ['K', ';'],
    'tracks.sight': ['O', "'"],
    'tracks.previousKey': ['E', 'Mod+;'],
    'tracks.nextKey': ['R', "Mod+'"],
    'tracks.split': ['Alt+M'],
    'label.relabel': ['Alt+E'],
    'review.showDiff': ['Alt+D'],
    'review.comment': ['Alt+O'],
  },
  labelimg: {
    'label.boxTool': ['W', 'R'],
    'label.selectTool': ['Escape', 'Mod+J'],
    'label.relabel': ['Mod+E', 'E'],
    'label.hideAll': ['Mod+H', 'T'],
    'label.repeatPrevious': ['Mod+V', 'Mod+P'],
    'label.paste': ['Mod+Shift+V'],
    'label.zoomIn': ['Mod+Plus'],
    'label.actualSize': ['Mod+=', 'Mod+0'],
  },
  xanylabeling: {
    'label.boxTool': ['R', 'Mod+R'],
    'label.selectTool': ['Escape', 'Mod+J'],
    'label.relabel': ['Mod+E', 'E'],
    'label.hide': ['S', 'H'],
    'label.tighten': ['Alt+S'],
    'label.hideAll': ['Mod+H', 'T'],
    'label.boxByBox': ['Mod+Shift+N', 'B'],
    'label.runOnSet': ['Mod+B'],
    'label.propagate': ['Mod+Shift+B'],
    'label.approve': ['Mod+Enter', 'Mod+Alt+K'],
    'label.turnLeft': ['Z', '['],
    'label.turnRight': ['V', ']'],
    'label.zoomToBox': ['Shift+Z'],
    'label.forward10': ['Alt+V'],
    'canvas.minimap': ['F9', 'Shift+M'],
  },
};

let last: { readonly keys: Bindings; readonly preset: KeyPreset; readonly bound: Bindings } | null = null;

/** The keys that hold now: what somebody bound, over the preset they chose. The same object while nothing changes. */
export function boundKeys({ keyPreset, keys }: Pick<Settings, 'keyPreset' | 'keys'>): Bindings {
  if (last === null || last.keys !== keys || last.preset !== keyPreset)
    last = { keys, preset: keyPreset, bound: { ...keyPresets[keyPreset], ...keys } };
  return last.bound;
}
