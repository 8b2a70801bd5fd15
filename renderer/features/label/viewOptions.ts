import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Settings } from '../../../shared/contract/settings.ts';
import { type Adjustments, isNeutral, readAdjustments } from '../../canvas/model/adjustments.ts';
import { setLayout, settingsStore } from '../../state/settingsStore.ts';

export const colorings = ['category', 'source', 'track', 'score', 'author'] as const;
export const tagModes = ['auto', 'chosen', 'none'] as const;
export const crosshairModes = ['draw', 'always', 'off'] as const;
export const crosshairStyles = ['lines', 'gap'] as const;

/** How a person wants to see images and boxes; kept with the person's settings, for all datasets. */
export interface ViewOptions {
  readonly colorBy: (typeof colorings)[number];
  readonly tags: (typeof tagModes)[number];
  /** CSS px */
  readonly lineWidth: number;
  /** Per cent. */
  readonly opacity: number;
  /** Per cent. */
  readonly fill: number;
  readonly crosshair: (typeof crosshairModes)[number];
  readonly crosshairStyle: (typeof crosshairStyles)[number];
  readonly pixelGrid: boolean;
  readonly minimap: boolean;
}

export const defaultViewOptions: ViewOptions = {
  colorBy: 'category',
  tags: 'auto',
  lineWidth: 1.5,
  opacity: 100,
  fill: 0,
  crosshair: 'draw',
  crosshairStyle: 'lines',
  pixelGrid: true,
  minimap: false,
};

const prefix = 'view.';

/** What is stored, with the default for everything that is missing or not understood. */
export function viewOptionsOf(layout: Settings['layout']): ViewOptions {
  const one = <T extends string>(name: keyof ViewOptions, known: readonly T[]): T =>
    known.find((value) => value === layout[prefix + name]) ?? (defaultViewOptions[name] as T);
  const number = (name: 'lineWidth' | 'opacity' | 'fill', min: number, max: number): number => {
    const value = layout[prefix + name];
    return typeof value === 'number' && value >= min && value <= max ? value : defaultViewOptions[name];
  };
  const flag = (name: 'pixelGrid' | 'minimap'): boolean => {
    const value = layout[prefix + name];
    return typeof value === 'boolean' ? value : defaultViewOptions[name];
  };
  return {
    colorBy: one('colorBy', colorings),
    tags: one('tags', tagModes),
    lineWidth: number('lineWidth', 0.5, 6),
    opacity: number('opacity', 10, 100),
    fill: number('fill', 0, 80),
    crosshair: one('crosshair', crosshairModes),
    crosshairStyle: one('crosshairStyle', crosshairStyles),
    pixelGrid: flag('pixelGrid'),
    minimap: flag('minimap'),
  };
}

export const viewOptions = (): ViewOptions => viewOptionsOf(settingsStore.getState().settings.layout);

export function useViewOptions(): ViewOptions {
  const layout = useStore(settingsStore, (state) => state.settings.layout);
  return useMemo(() => viewOptionsOf(layout), [layout]);
}

export function setViewOption<K extends keyof ViewOptions>(name: K, value: ViewOptions[K]): void {
  setLayout(prefix + name, value);
}

/** The choice after this one, the first after the last. */
export function nextOf<T>(all: readonly T[], value: T): T {
  return all[(all.indexOf(value) + 1) % all.length] ?? value;
}

const adjustKey = (dataset: string): string => `adjust.${dataset}`;

/** Brightness and the like belong to what is looked at: they are kept for each dataset. */
export function useAdjustments(dataset: string): Adjustments {
  const stored = useStore(settingsStore, (state) => state.settings.layout[adjustKey(dataset)]);
  return useMemo(() => readAdjustments(stored), [stored]);
}

export const adjustmentsOf = (dataset: string): Adjustments =>
  readAdjustments(settingsStore.getState().settings.layout[adjustKey(dataset)]);

export function setAdjustments(dataset: string, change: Partial<Adjustments>): void {
  const next = { ...adjustmentsOf(dataset), ...change };
  setLayout(adjustKey(dataset), isNeutral(next) ? '' : JSON.stringify(next));
}
