const perPx = 0.0018;

/** How far one turn of the wheel zooms; pinching a touchpad arrives as a wheel with Ctrl, and in smaller steps. */
export function wheelFactor(event: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const px = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
  return Math.exp(-px * perPx * (event.ctrlKey ? 4 : 1));
}
