import type { CardInput, ModelInspection } from '../../shared/contract/models.ts';
import { namesBeside, namesFromMetadata } from './categoryNames.ts';
import type { OutputTensor } from './families/family.ts';
import { familyTitles, type ModelCard } from './modelCard.ts';
import { openOnnxFile } from './onnxFile.ts';
import { type NameHints, planInput, recognise, unknown } from './recognise.ts';
import { createSession } from './session.ts';
import { isAppError } from '../../shared/errors.ts';

export interface Inspected {
  readonly inspection: ModelInspection;
  readonly card: ModelCard;
}

/** Gate, trial run, recognition. Runs in the inference process. Errors: not_found, unreadable, refused_model, unknown_model. */
export async function inspectModel(path: string, cardInput: CardInput | undefined): Promise<Inspected> {
  const { file, bytes } = await openOnnxFile(path);
  const plan = planInput(file, cardInput);
  const hints = await findNames(path, file.metadata, cardInput);
  let outputs: readonly OutputTensor[];
  try {
    const session = await createSession(bytes, plan.input, 'cpu', 1);
    outputs = await session.run(trialPixels(plan.input));
    await session.release();
  } catch (error) {
    const reason = isAppError(error) ? String(error.details?.['reason'] ?? error.message) : String(error);
    throw unknown(file, `The trial run failed: ${reason}`);
  }
  const { card, confidence, why } = recognise(file, plan, outputs, hints, cardInput);
  const input = file.inputs.find((value) => value.name === card.input.name);
  return {
    card,
    inspection: {
      family: card.family,
      confidence: Math.round(confidence * 100) / 100,
      input: {
        name: card.input.name,
        dtype: card.input.dtype,
        shape: input?.shape ?? [],
        layout: card.input.layout,
        normalisation: describePixels(card),
      },
      outputs: file.outputs,
      categories: card.categories,
      why: [`${familyTitles[card.family]}.`, ...why],
      sha256: file.sha256,
      bytes: file.bytes,
      metadata: { ...file.metadata },
    },
  };
}

async function findNames(path: string, metadata: { readonly [key: string]: string }, card: CardInput | undefined): Promise<NameHints> {
  if (card?.categories !== undefined) return { names: card.categories, from: 'the card' };
  const own = namesFromMetadata(metadata);
  if (own !== null) return { names: own, from: 'the model’s metadata' };
  const beside = await namesBeside(path);
  return beside === null ? { names: null, from: '' } : { names: beside.names, from: `the file ${beside.file}` };
}

/** A picture of ramps and blocks, the same each time: enough to see which numbers are places and which are scores. */
function trialPixels(input: { readonly width: number; readonly height: number; readonly dtype: string }): Float32Array | Uint8Array {
  const n = 3 * input.width * input.height;
  const out = input.dtype === 'uint8' ? new Uint8Array(n) : new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const x = i % input.width;
    const y = Math.floor(i / input.width) % input.height;
    const value = ((x * 255) / input.width + (((x >> 5) + (y >> 5)) % 2) * 90 + ((x * 7 + y * 13) % 31)) % 256;
    out[i] = input.dtype === 'uint8' ? value : value / 255;
  }
  return out;
}

function describePixels({ input }: ModelCard): string {
  const colour = input.colour.toUpperCase();
  const range = input.scale === 1 ? '0 … 255' : Math.abs(input.scale - 1 / 255) < 1e-9 ? '0 … 1' : `× ${input.scale}`;
  const list = (values: readonly number[]): string => values.map((value) => Number(value.toPrecision(4))).join('/');
  const normal =
    input.mean.every((m) => m === 0) && input.std.every((s) => s === 1) ? '' : `, minus ${list(input.mean)}, over ${list(input.std)}`;
  const resize = { letterbox: 'letterboxed to the centre', letterboxTopLeft: 'letterboxed to the top left', stretch: 'stretched' }[
    input.resize
  ];
  return `${colour}, ${range}${normal}, ${resize}`;
}
