import { imageLimits as ofHeaders } from '../../shared/formats/images/imageHeader.ts';

export const imageLimits = {
  ...ofHeaders,
  /** One decode may take this long. */
  seconds: 10,
} as const;
