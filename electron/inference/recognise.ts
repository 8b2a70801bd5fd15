import type { CardInput } from '../../shared/contract/models.ts';
import { AppError } from '../../shared/errors.ts';
import { coco80, coco90 } from './cocoNames.ts';
import type { Evidence, Match, OutputTensor } from './families/family.ts';
import { families } from './families/registry.ts';
import { defaultNmsIou, defaultScoreThreshold, familyNames, familyTitles, type InputSpec, type ModelCard } from './modelCard.ts';
import type { OnnxModel, OnnxValue } from './onnxGate.ts';

/** Side of the input where neither the file, its metadata nor the card says one. */
const defaultSide = 640;

export interface Recognition {
  readonly card: ModelCard;
  readonly confidence: number;
  readonly why: readonly string[];
}

export interface InputPlan {
  readonly input: Pick<InputSpec, 'name' | 'dtype' | 'layout' | 'width' | 'height' | 'sizeInput'>;
  /** The file leaves width and height open. */
  readonly open: boolean;
  readonly why: readonly string[];
}

/** Finds the image among the inputs and its size. Pure. Error: unknown_model. */
export function planInput(model: OnnxModel, card: CardInput | undefined): InputPlan {
  const why: string[] = [];
  const images = model.inputs.filter((input) => isImage(input));
  const image = images[0];
  if (image === undefined || images.length > 1) {
    throw unknown(model, image === undefined ? 'None of the inputs is one image with 3 channels.' : 'There is more than one image input.');
  }
  const [batch, second, , last] = image.shape;
  if (typeof batch === 'number' && batch !== 1) throw unknown(model, `The model wants ${batch} images at a time; export it for one.`);
  const layout = card?.input?.layout ?? (last === 3 && second !== 3 ? 'nhwc' : 'nchw');
  const [heightAt, widthAt] = layout === 'nchw' ? [2, 3] : [1, 2];
  const fixedHeight = image.shape[heightAt];
  const fixedWidth = image.shape[widthAt];
  const said = sizeFromMetadata(model.metadata);
  const side = (fixed: number | string | undefined, asked: number | undefined, told: number | undefined): number =>
    typeof fixed === 'number' ? fixed : (asked ?? told ?? defaultSide);
  const width = side(fixedWidth, card?.input?.width, said?.[1]);
  const height = side(fixedHeight, card?.input?.height, said?.[0]);
  if (width > 8192 || height > 8192 || width < 8 || height < 8)
    throw unknown(model, `An input of ${width} × ${height} px is out of range.`);
  why.push(
    `“${image.name}” takes one image, ${width} × ${height}, ${image.dtype}, ${layout === 'nchw' ? 'channels first' : 'channels last'}` +
      (typeof fixedWidth === 'number' ? '.' : said === null ? '; the file leaves the size open.' : '; the size is from the metadata.'),
  );
  const others = model.inputs.filter((input) => input !== image);
  let sizeInput: InputSpec['sizeInput'] = null;
  for (const other of others) {
    const dtype = other.dtype;
    const pair = (other.shape.length === 2 && other.shape[1] === 2) || (other.shape.length === 1 && other.shape[0] === 2);
    if (sizeInput !== null || !pair || (dtype !== 'int64' && dtype !== 'int32' && dtype !== 'float32')) {
      throw unknown(model, `The model also wants “${other.name}” (${dtype} [${other.shape.join(', ')}]), whose meaning is not known.`);
    }
    sizeInput = { name: other.name, dtype, order: /im_shape|scale/.test(other.name) ? 'hw' : 'wh' };
    why.push(`“${other.name}” takes the size of the image.`);
  }
  return {
    input: { name: image.name, dtype: image.dtype as InputSpec['dtype'], layout, width, height, sizeInput },
    open: typeof fixedWidth === 'string' && typeof fixedHeight === 'string',
    why,
  };
}

export interface NameHints {
  readonly names: readonly string[] | null;
  /** Where they came from, for the explanation: "the card", "the metadata", "model.names". */
  readonly from: string;
}

/** Reads the trial run's outputs. Pure. Error: unknown_model with what was seen. */
export function recognise(
  model: OnnxModel,
  plan: InputPlan,
  outputs: readonly OutputTensor[],
  hints: NameHints,
  cardInput: CardInput | undefined,
): Recognition {
  const evidence: Evidence = {
    outputs,
    width: plan.input.width,
    height: plan.input.height,
    categories: hints.names,
    task: model.metadata['task'] ?? '',
  };
  const asked = cardInput?.family;
  const wanted = asked === undefined ? undefined : familyNames.find((name) => name.toLowerCase() === asked.toLowerCase());
  if (asked !== undefined && wanted === undefined) {
    throw new AppError('invalid_request', `The card names the family “${asked}”. Known are: ${familyNames.join(', ')}.`, {
      families: familyNames,
    });
  }
  const matches = families
    .flatMap((family) => family.match(evidence))
    .filter((match) => wanted === undefined || match.family === wanted)
    .sort((a, b) => b.confidence - a.confidence);
  const best = matches[0];
  if (best === undefined || (wanted === undefined && best.confidence < 0.4)) {
    throw unknown(
      model,
      wanted === undefined
        ? 'Its outputs fit no family of detectors.'
        : `The card says ${familyTitles[wanted]}, but the outputs do not fit that.`,
      outputs,
    );
  }
  const why = [...plan.why, ...best.why];
  const second = matches[1];
  if (second !== undefined && best.confidence - second.confidence < 0.1 && second.family !== best.family) {
    why.push(`${familyTitles[second.family]} would fit nearly as well; a card file can say which it is.`);
  }
  const categories = nameCategories(best, hints, why);
  const given = cardInput?.input ?? {};
  const triple = (list: readonly number[] | undefined): readonly [number, number, number] | undefined =>
    list === undefined ? undefined : [list[0] ?? 0, list[1] ?? 0, list[2] ?? 0];
  if (cardInput !== undefined) why.push('What the card file says goes before what was found.');
  // Bytes go in as they are: such a network normalises by itself.
  const bytes = plan.input.dtype === 'uint8' ? ({ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const) : {};
  // TensorFlow's detectors resize inside the graph; a card with a size says otherwise.
  const free = best.family === 'tfod' && plan.open && given.width === undefined && given.height === undefined;
  if (free) why.push('Such networks resize images themselves, so they get them at their own size.');
  const input: InputSpec = {
    ...best.input,
    free,
    ...bytes,
    ...plan.input,
    ...defined({
      colour: given.colour,
      scale: given.scale,
      mean: triple(given.mean),
      std: triple(given.std),
      resize: given.resize,
      padValue: given.padValue,
    }),
  };
  if (input.std.some((value) => value === 0)) throw new AppError('invalid_request', 'The card divides by a deviation of 0.');
  return {
    card: {
      family: best.family,
      input,
      output: best.output,
      categories,
      scoreThreshold: cardInput?.scoreThreshold ?? defaultScoreThreshold,
      nmsIou: cardInput?.nmsIou ?? (best.nms ? defaultNmsIou : null),
    },
    confidence: wanted === undefined ? best.confidence : 1,
    why,
  };
}

function nameCategories(match: Match, hints: NameHints, why: string[]): readonly string[] {
  if (hints.names !== null && hints.names.length > 0) {
    why.push(`The ${hints.names.length} category names are from ${hints.from}.`);
    return unique(hints.names);
  }
  // Lists of detections show only the numbers that occurred in the trial run: COCO is the likeliest guess.
  // TensorFlow's detectors were trained on COCO's official numbers, 1 … 90 with gaps.
  if (match.family === 'tfod' && match.categories <= 90) {
    why.push('Nothing names the categories; COCO’s official numbers (1 … 90) are assumed.');
    return unique(coco90);
  }
  const listed = match.family === 'e2e6' || match.family === 'e2e7' || match.family === 'detections';
  if (match.categories === 80 || (listed && match.categories <= 80)) {
    why.push(
      listed
        ? 'Nothing names the categories; the 80 of COCO are assumed, because the output does not say how many there are.'
        : 'Nothing names the categories; there are 80, so those of COCO are assumed.',
    );
    return coco80;
  }
  if (match.categories === 90 || match.categories === 91 || (listed && match.categories <= 91)) {
    why.push('Nothing names the categories; the numbers go to 90, so COCO’s official numbers are assumed.');
    return unique(match.output.classBase === 1 || match.categories === 90 ? coco90 : ['', ...coco90]);
  }
  why.push(`Nothing names the categories (${match.categories}): give a names file or a card.`);
  return Array.from({ length: match.categories }, (_, i) => (match.categories === 1 ? 'object' : `class ${i}`));
}

/** Names must differ to be mapped; an empty name stays recognisable as a number without a category. */
function unique(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name, i) => {
    const base = name === '' ? `class ${i}` : name;
    const own = seen.has(base) ? `${base} (${i})` : base;
    seen.add(own);
    return own;
  });
}

function isImage(input: OnnxValue): boolean {
  if (input.shape.length !== 4 || !['float32', 'float16', 'uint8'].includes(input.dtype)) return false;
  return input.shape[1] === 3 || input.shape[3] === 3 || input.shape.slice(1).every((side) => typeof side === 'string');
}

/** `imgsz` as Ultralytics writes it: height and width, or one side. */
function sizeFromMetadata(metadata: { readonly [key: string]: string }): readonly [number, number] | null {
  const numbers = (metadata['imgsz'] ?? '').match(/\d+/g)?.map(Number) ?? [];
  const [height, width = height] = numbers;
  return height === undefined || width === undefined ? null : [height, width];
}

/** The entries whose value is there. */
function defined<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}

export function unknown(model: OnnxModel, reason: string, outputs?: readonly OutputTensor[]): AppError {
  const describe = (values: readonly OnnxValue[]): readonly string[] => values.map((v) => `${v.name}: ${v.dtype} [${v.shape.join(', ')}]`);
  return new AppError('unknown_model', `This model is not recognised. ${reason} A card file can describe it (family, input, categories).`, {
    inputs: describe(model.inputs),
    outputs: describe(model.outputs),
    ...(outputs === undefined ? {} : { trialOutputs: outputs.map((output) => `${output.name}: [${output.dims.join(', ')}]`) }),
    metadata: Object.keys(model.metadata).slice(0, 50),
    families: familyNames,
  });
}
