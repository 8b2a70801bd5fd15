import type { MenuItemConstructorOptions } from 'electron';

/** Commands of the page (renderer/app/commands.ts) that people look for in a menu. The page runs them; the keys are the page's, too. */
const commands = [
  ['app.home', 'Datasets'],
  ['app.frames', 'Frames'],
  ['app.label', 'Label'],
  ['app.triggers', 'Triggers'],
  ['app.models', 'Models'],
  ['app.versions', 'Versions'],
] as const;

/** The native menu. Undo and redo are left to the page: a menu's own would take the keys away from the canvas. */
export function menuTemplate(platform: string, run: (command: string) => void): MenuItemConstructorOptions[] {
  const item = (id: string, label: string): MenuItemConstructorOptions => ({ id, label, click: () => run(id) });
  const settings = item('app.settings', 'Settings');
  const mac = platform === 'darwin';
  return [
    ...(mac
      ? [
          {
            role: 'appMenu' as const,
            submenu: [
              { role: 'about' as const },
              settings,
              { role: 'hide' as const },
              { role: 'hideOthers' as const },
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    { label: 'File', submenu: mac ? [{ role: 'close' }] : [settings, { type: 'separator' }, { role: 'quit' }] },
    { label: 'Edit', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: 'View',
      submenu: [
        ...commands.map(([id, label]) => item(id, label)),
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { label: 'Help', submenu: [item('app.help', 'Keys')] },
  ];
}
