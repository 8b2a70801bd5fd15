import { InvalidArgumentError } from 'commander';

/** Parsers of option values; what they refuse is wrong usage. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || text.trim() === '') throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

export function count(text: string): number {
  const value = wholeNumber(text);
  if (value < 0) throw new InvalidArgumentError('It must be 0 or more.');
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1) || text.trim() === '') throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

export function oneOf<T extends string>(values: readonly T[]) {
  return (text: string): T => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw new InvalidArgumentError(`It must be one of ${values.join(', ')}.`);
    return value;
  };
}

/** `train=.8,val=.1,test=.1` */
export function splitShares(text: string): { readonly [split: string]: number } {
  const shares: [string, number][] = text.split(',').map((part) => {
    const [name = '', value = ''] = part.split('=').map((piece) => piece.trim());
    if (name === '' || value === '') throw new InvalidArgumentError('It must look like train=.8,val=.1,test=.1.');
    return [name, share(value)];
  });
  const sum = shares.reduce((total, [, value]) => total + value, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new InvalidArgumentError(`The shares must add up to 1; these add up to ${sum}.`);
  if (new Set(shares.map(([name]) => name)).size !== shares.length) throw new InvalidArgumentError('A split is named twice.');
  return Object.fromEntries(shares);
}
