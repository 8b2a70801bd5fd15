import { type ComponentType, lazy } from 'react';
import type { ViewName } from '../lib/address.ts';

/** A view of the rail. A new one is a folder under features/ and one line here. */
export interface View {
  readonly name: ViewName;
  readonly icon: string;
  readonly Component: ComponentType;
}

export const views: readonly View[] = [
  { name: 'home', icon: 'logo', Component: lazy(async () => ({ default: (await import('../features/home/HomeView.tsx')).HomeView })) },
  {
    name: 'frames',
    icon: 'frames',
    Component: lazy(async () => ({ default: (await import('../features/frames/FramesView.tsx')).FramesView })),
  },
  { name: 'label', icon: 'label', Component: lazy(async () => ({ default: (await import('../features/label/LabelView.tsx')).LabelView })) },
  {
    name: 'triggers',
    icon: 'trigger',
    Component: lazy(async () => ({ default: (await import('../features/triggers/TriggersView.tsx')).TriggersView })),
  },
  {
    name: 'models',
    icon: 'box',
    Component: lazy(async () => ({ default: (await import('../features/models/ModelsView.tsx')).ModelsView })),
  },
  {
    name: 'versions',
    icon: 'versions',
    Component: lazy(async () => ({ default: (await import('../features/versions/VersionsView.tsx')).VersionsView })),
  },
  {
    name: 'settings',
    icon: 'settings',
    Component: lazy(async () => ({ default: (await import('../features/settings/SettingsView.tsx')).SettingsView })),
  },
];
