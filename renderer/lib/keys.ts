/**
 * A chord is written `Mod+Shift+K`: modifiers in the order Mod, Alt, Shift, then the key. `Mod` is Command on a Mac and Ctrl elsewhere.
 * Letters are upper case; named keys are those of KeyboardEvent.key, with `Space` for the blank.
 */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const modifiers = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified']);

/** The chord of a key press, or null for a modifier alone. Letters and digits go by the place of the key where the layout gives no Latin one (Hangul). */
export function chordOf(press: KeyPress, mac = false): string | null {
  if (modifiers.has(press.key)) return null;
  const key = keyOf(press);
  const parts: string[] = [];
  if (mac ? press.metaKey : press.ctrlKey) parts.push('Mod');
  if (mac ? press.ctrlKey : press.metaKey) parts.push(mac ? 'Ctrl' : 'Meta');
  if (press.altKey) parts.push('Alt');
  // The sign keys already carry Shift in what they type: `?` is `?` on every layout.
  if (press.shiftKey && key !== 'Plus' && !/^[^A-Z0-9]$/.test(key)) parts.push('Shift');
  return [...parts, key].join('+');
}

function keyOf(press: KeyPress): string {
  const { key, code } = press;
  if (key === ' ') return 'Space';
  if (/^Digit\d$/.test(code)) return code.slice(5);
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  if (key.length === 1 && key > '~' && /^Key[A-Z]$/.test(code)) return code.slice(3);
  return key === '+' ? 'Plus' : key;
}

/** Brings a chord that somebody wrote or stored into the one spelling that is compared. */
export function normaliseChord(chord: string): string {
  const parts = chord
    .split('+')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const key = parts.pop() ?? '';
  const held = new Set(
    parts.map((part) => (/^(ctrl|control|cmd|mod)$/i.test(part) ? 'Mod' : part[0]!.toUpperCase() + part.slice(1).toLowerCase())),
  );
  return [...['Mod', 'Meta', 'Ctrl', 'Alt', 'Shift'].filter((name) => held.has(name)), key.length === 1 ? key.toUpperCase() : key].join(
    '+',
  );
}

const shown: { readonly [key: string]: string } = {
  Mod: 'Ctrl',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  Shift: '⇧',
  Plus: '+',
};

/** The caps of a chord as they are drawn, one string a key. */
export function chordCaps(chord: string, mac = false): readonly string[] {
  const caps = chord.split('+').map((part) => (mac && part === 'Mod' ? '⌘' : (shown[part] ?? part)));
  // ⇧1 reads as one cap; Ctrl K as two.
  return caps.length === 2 && caps[0] === '⇧' ? [`⇧${caps[1]}`] : caps;
}

/** For `aria-keyshortcuts`. */
export function ariaChord(chord: string, mac = false): string {
  return chord.replace('Mod', mac ? 'Meta' : 'Control');
}
