/** Colours that the canvas takes from the page's tokens, read once a theme. */
export interface CanvasTheme {
  readonly accent: string;
  readonly handle: string;
  readonly shade: string;
  readonly onShade: string;
  readonly font: string;
  /** Fingers, not a mouse: handles are drawn as large as they are hit. */
  readonly coarse: boolean;
  /** Black or white, whichever reads better on the colour. */
  textOn(color: string): string;
}

export function readCanvasTheme(element: Element): CanvasTheme {
  const style = getComputedStyle(element);
  const textOn = new Map<string, string>();
  return {
    accent: style.getPropertyValue('--accent').trim() || '#5b8cff',
    handle: '#ffffff',
    shade: 'rgba(15, 17, 21, 0.82)',
    onShade: '#e6e9ee',
    font: `500 12px ${style.fontFamily}`,
    coarse: matchMedia('(pointer: coarse)').matches,
    textOn(color) {
      const known = textOn.get(color);
      if (known) return known;
      const text = luminance(color) > 0.36 ? '#0f1115' : '#ffffff';
      textOn.set(color, text);
      return text;
    },
  };
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
