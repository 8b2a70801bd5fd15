import { AppError } from '../../shared/errors.ts';
import type { Demuxed } from './demux.ts';
import { lastOf, type VideoSource } from './types.ts';

/** What is used of WebCodecs, which Node has by a package that need not be there. */
interface WebCodecs {
  readonly VideoDecoder: {
    new (init: { output(frame: DecodedFrame): void; error(error: Error): void }): Decoder;
    isConfigSupported(config: unknown): Promise<{ readonly supported?: boolean }>;
  };
  readonly EncodedVideoChunk: new (init: { type: string; timestamp: number; duration: number; data: Uint8Array }) => unknown;
}

interface Decoder {
  readonly decodeQueueSize: number;
  readonly state: string;
  /** Called whenever `decodeQueueSize` has become less. */
  ondequeue: (() => void) | null;
  configure(config: unknown): void;
  decode(chunk: unknown): void;
  flush(): Promise<void>;
  close(): void;
}

interface DecodedFrame {
  readonly timestamp: number;
  readonly codedWidth: number;
  readonly codedHeight: number;
  allocationSize(options: { format: 'RGBX' }): number;
  copyTo(to: Uint8Array, options: { format: 'RGBX' }): Promise<unknown>;
  close(): void;
}

/** Pictures that may wait for being written, so that memory stays flat. */
const maxWaiting = 8;
const packageName = '@napi-rs/webcodecs';

/** A source that decodes in this process, or null where there is no decoder for it. */
export async function openWithWebCodecs(demuxed: Demuxed): Promise<VideoSource | null> {
  const codecs = (await import(packageName).catch(() => null)) as WebCodecs | null;
  if (codecs === null || demuxed.config === null) return null;
  const { supported } = await codecs.VideoDecoder.isConfigSupported(demuxed.config).catch(() => ({ supported: false }));
  if (supported !== true) return null;
  const first = demuxed.stamps[0] ?? 0;
  const places = new Map(Array.from(demuxed.stamps, (stamp, place) => [stamp, place]));
  return {
    times: demuxed.stamps.map((stamp) => (stamp - first) / 1e6),
    width: demuxed.width,
    height: demuxed.height,
    turn: demuxed.turn,
    decoder: 'mediabunny, WebCodecs',
    async decode(wanted, onFrame) {
      const last = lastOf(wanted);
      const waiting: { readonly place: number; readonly frame: DecodedFrame }[] = [];
      let failure: Error | null = null;
      let written = -1;
      let goOn: (() => void) | null = null;
      const decoder = new codecs.VideoDecoder({
        output(frame) {
          const place = places.get(frame.timestamp);
          if (place === undefined || !wanted.has(place)) frame.close();
          else waiting.push({ place, frame });
        },
        error(error) {
          failure ??= error;
          goOn?.();
        },
      });
      decoder.ondequeue = () => goOn?.();
      /** Until the decoder takes more, or will not any more. */
      const room = async (): Promise<void> => {
        while (decoder.decodeQueueSize > maxWaiting && failure === null) await new Promise<void>((resolve) => (goOn = resolve));
      };
      const drain = async (atMost: number): Promise<void> => {
        while (waiting.length > atMost) {
          const { place, frame } = waiting.shift() as (typeof waiting)[number];
          try {
            const data = new Uint8Array(frame.allocationSize({ format: 'RGBX' }));
            await frame.copyTo(data, { format: 'RGBX' });
            await onFrame(place, { data, width: frame.codedWidth, height: frame.codedHeight, channels: 4 });
            written = Math.max(written, place);
          } finally {
            frame.close();
          }
        }
      };
      try {
        decoder.configure(demuxed.config);
        for await (const packet of demuxed.packets()) {
          if (failure !== null || written >= last) break;
          const { type, data } = packet;
          const [timestamp, duration] = [Math.round(packet.timestamp * 1e6), Math.round(packet.duration * 1e6)];
          decoder.decode(new codecs.EncodedVideoChunk({ type, timestamp, duration, data }));
          await room();
          await drain(maxWaiting);
        }
        if (failure === null && written < last) await decoder.flush();
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
      } finally {
        await drain(0);
        if (decoder.state !== 'closed') decoder.close();
      }
      if (failure !== null) throw isOfSystem(failure) ? failure : damaged(failure);
    },
  };
}

/** A frame that found no room, a drive that was pulled out: no damage of the video. */
function isOfSystem(error: Error): boolean {
  return 'syscall' in error;
}

function damaged(error: Error): AppError {
  return new AppError(
    'unreadable',
    'The video is damaged: frames cannot be decoded.',
    { reason: error.message.slice(0, 300) },
    { cause: error },
  );
}
