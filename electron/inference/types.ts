import type { ProviderName } from '../../shared/contract/host.ts';
import type { CardInput } from '../../shared/contract/models.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Detections, DetectionOptions } from './detections.ts';
import type { Inspected } from './inspect.ts';
import type { ModelCard } from './modelCard.ts';

export type { Detections, DetectionOptions } from './detections.ts';
export type { Inspected } from './inspect.ts';
export { defaultMaxDetections, type ModelCard } from './modelCard.ts';

/** A session to open in an inference process. */
export interface SessionRequest {
  readonly modelPath: string;
  /** What the file must hash to; it was looked at when it was added. */
  readonly sha256: string;
  readonly card: ModelCard;
  readonly provider: ProviderName;
  /** Threads inside one operator. */
  readonly threads: number;
  /** Threads that decode images. */
  readonly decoders: number;
}

export interface DetectedImage extends Detections {
  /** Size of the upright image, in px. */
  readonly width: number;
  readonly height: number;
}

export interface BareRuns {
  readonly runs: number;
  readonly seconds: number;
}

export interface ProbeResult {
  readonly device?: string;
}

/** What the host may ask of an inference process, and what comes back. */
export interface InferenceCalls {
  readonly probe: { readonly in: { readonly provider: ProviderName }; readonly out: ProbeResult };
  readonly inspect: { readonly in: { readonly path: string; readonly card: CardInput | null }; readonly out: Inspected };
  readonly open: { readonly in: SessionRequest; readonly out: null };
  readonly detect: { readonly in: { readonly path: string; readonly options: DetectionOptions }; readonly out: DetectedImage };
  /** `session.run` on a tensor in memory, again and again, for the time given (at least 3 runs). */
  readonly bare: { readonly in: { readonly seconds: number }; readonly out: BareRuns };
  /** CPU seconds of the process since its start. */
  readonly cpu: { readonly in: null; readonly out: number };
}

export type InferenceCall = keyof InferenceCalls;
/** Host → process. */
export interface InferenceRequest {
  readonly id: number;
  readonly call: InferenceCall;
  readonly input: unknown;
}
/** Process → host. */
export type InferenceReply = { readonly id: number; readonly output: unknown } | { readonly id: number; readonly error: WireError };
