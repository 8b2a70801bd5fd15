/**
 * What a screen reader hears is fixed, in English, in every language of the interface: checks outside the repository find things by it.
 */
export const fixedNames = {
  views: 'Views',
  viewNames: {
    home: 'Home',
    frames: 'Frames',
    label: 'Label',
    triggers: 'Triggers',
    models: 'Models',
    versions: 'Versions',
    settings: 'Settings',
  },
  canvas: 'Canvas',
  crosshair: 'Crosshair',
  boxes: 'Boxes',
  frames: 'Frames',
  query: 'Query',
  command: 'Command',
  commands: 'Commands',
  saveState: 'Save state',
  frame: 'Frame',
  queue: 'Queue',
  cancel: 'Cancel',
  saved: 'Saved',
  saving: 'Saving',
  notSaved: (reason: string) => `Not saved: ${reason}`,
} as const;
