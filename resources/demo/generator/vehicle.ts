import { busFigure } from './bus.ts';
import { carFigure } from './car.ts';
import { carBodies } from './carBodies.ts';
import type { Figure } from './figure.ts';
import { truckFigure } from './truck.ts';
import type { VehicleLook } from './vehicleLook.ts';
import type { Lamps } from './vehicleParts.ts';

/** Length, width, height, metres. */
export function vehicleSize(look: VehicleLook): readonly [number, number, number] {
  const s = look.scale;
  if (look.category === 'bus') return [11 * s, 2.44 * s, 3 * s];
  if (look.category === 'truck') return [7.2 * s, 2.24 * s, 3.05 * s];
  return [carBodies[look.body].length * s, 1.76 * s, (look.body === 'suv' ? 1.7 : 1.5) * s];
}

/** `roll` = how far the wheels have turned, radians. */
export function vehicleFigure(look: VehicleLook, lamps: Lamps, roll: number): Figure {
  if (look.category === 'bus') return busFigure(look, lamps, roll);
  if (look.category === 'truck') return truckFigure(look, lamps, roll);
  return carFigure(look, lamps, roll);
}
