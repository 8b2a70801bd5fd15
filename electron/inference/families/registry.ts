import type { FamilyName } from '../modelCard.ts';
import { endToEnd } from './endToEnd.ts';
import type { Family } from './family.ts';
import { listed } from './listed.ts';
import { nanodet } from './nanodet.ts';
import { pairs } from './pairs.ts';
import { yolo } from './yolo.ts';

export const families: readonly Family[] = [yolo, endToEnd, listed, pairs, nanodet];

const byName = new Map<FamilyName, Family>(families.flatMap((family) => family.names.map((name) => [name, family] as const)));

export function familyOf(name: FamilyName): Family {
  const family = byName.get(name);
  if (family === undefined) throw new Error(`no adapter for the family ${name}`);
  return family;
}
