/**
 * Size of the interface: everything but the image is drawn this many times as large (CSS `zoom` on what carries `--ui-scale`). Inside, lengths of
 * layout stay as they were; pointers and `getBoundingClientRect` speak of the window. What brings the two together divides by this.
 */
let scale = 1;

export function uiScale(): number {
  return scale;
}

export function setUiScale(value: number): void {
  scale = value;
  document.documentElement.style.setProperty('--ui-scale', String(value));
}
