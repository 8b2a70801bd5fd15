import { chordCaps } from '../lib/keys.ts';
import { isMac } from '../lib/platformKeys.ts';

/** The caps of a chord. Hidden from screen readers: the element it stands in carries `aria-keyshortcuts`. */
export function KeyHint({ chord }: { readonly chord: string | undefined }) {
  if (chord === undefined || chord === '') return null;
  return (
    <span className="keys" aria-hidden>
      {chordCaps(chord, isMac).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
