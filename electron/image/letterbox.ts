/** How pixels become the numbers a network wants. Value = (pixel · scale − mean) / std, channel by channel in the network's order. */
export interface TensorSpec {
  readonly width: number;
  readonly height: number;
  readonly layout: 'nchw' | 'nhwc';
  readonly colour: 'rgb' | 'bgr';
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** `letterbox` pads on both sides, `letterboxTopLeft` right and below, `stretch` not at all. */
  readonly resize: 'letterbox' | 'letterboxTopLeft' | 'stretch';
  /** A pixel value, 0 … 255. */
  readonly padValue: number;
}

/** Where an image lies in the network's input: x_input = x_image · scaleX + padX. */
export interface Placement {
  readonly padX: number;
  readonly padY: number;
  /** Size of the resized image, in px of the input. */
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

export function place(image: { readonly width: number; readonly height: number }, spec: TensorSpec): Placement {
  if (spec.resize === 'stretch') {
    return {
      padX: 0,
      padY: 0,
      width: spec.width,
      height: spec.height,
      scaleX: spec.width / image.width,
      scaleY: spec.height / image.height,
    };
  }
  const ratio = Math.min(spec.width / image.width, spec.height / image.height);
  const width = Math.max(1, Math.min(spec.width, Math.round(image.width * ratio)));
  const height = Math.max(1, Math.min(spec.height, Math.round(image.height * ratio)));
  const centre = spec.resize === 'letterbox';
  return {
    padX: centre ? Math.floor((spec.width - width) / 2) : 0,
    padY: centre ? Math.floor((spec.height - height) / 2) : 0,
    width,
    height,
    scaleX: width / image.width,
    scaleY: height / image.height,
  };
}

/**
 * Writes pixels (RGB, 3 · at.width · at.height bytes: the image as resized) into `out` (3 · width · height numbers of the
 * spec): pad, reorder and normalise in one pass. Pure.
 */
export function fillTensor(pixels: Uint8Array, spec: TensorSpec, at: Placement, out: Float32Array | Uint8Array): void {
  const { width, height } = spec;
  const planar = spec.layout === 'nchw';
  const step = planar ? 1 : 3;
  // Where red, green and blue go among the channels.
  const order = spec.colour === 'rgb' ? ([0, 1, 2] as const) : ([2, 1, 0] as const);
  for (let c = 0; c < 3; c++) {
    const channel = order[c] as 0 | 1 | 2;
    const first = planar ? channel * width * height : channel;
    // A pixel has 256 values: the arithmetic is done once for each.
    const values = out instanceof Uint8Array ? new Uint8ClampedArray(256) : new Float32Array(256);
    const value = (pixel: number): number => (pixel * spec.scale - spec.mean[channel]) / spec.std[channel];
    for (let pixel = 0; pixel < 256; pixel++) values[pixel] = value(pixel);
    if (at.width < width || at.height < height) {
      const pad = value(spec.padValue);
      if (planar) out.fill(pad, first, first + width * height);
      else for (let i = first; i < 3 * width * height; i += 3) out[i] = pad;
    }
    for (let y = 0, from = c; y < at.height; y++) {
      let to = ((y + at.padY) * width + at.padX) * step + first;
      for (let x = 0; x < at.width; x++, from += 3, to += step) out[to] = values[pixels[from] as number] as number;
    }
  }
}
