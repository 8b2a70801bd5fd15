import { namesOf, type Settings } from '../../../../shared/contract/settings.ts';
import type { Person } from '../../../db/person.ts';

/** Somebody with the names they had before, as their profile on this computer says. */
export function personOf(author: string, { profiles }: Pick<Settings, 'profiles'>): Person {
  return { author, formerly: namesOf(author, profiles).slice(1) };
}
