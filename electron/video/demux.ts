import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import type { EncodedPacket, InputVideoTrack } from 'mediabunny';
import { AppError } from '../../shared/errors.ts';

export interface Demuxed {
  /** Microseconds of each frame in the order they are shown. */
  readonly stamps: Float64Array;
  readonly width: number;
  readonly height: number;
  readonly turn: 0 | 90 | 180 | 270;
  /** For a decoder of WebCodecs; null where the codec is not known. */
  readonly config: VideoDecoderConfig | null;
  /** In the order they are decoded. */
  packets(): AsyncIterable<EncodedPacket>;
}

/** An hour at 60 frames a second has 216,000. */
const maxFrames = 5_000_000;

/** Reads a container: MP4, MOV, WebM, Matroska, MPEG-TS. Null for one that is none of them. Errors: unreadable, too_large. */
export async function demux(path: string): Promise<Demuxed | null> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  if (!(await input.canRead())) return null;
  const track = await primaryTrack(input);
  const sink = new EncodedPacketSink(track);
  const stamps: number[] = [];
  try {
    for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) {
      // What begins before zero is decoded and not shown.
      if (packet.timestamp >= 0) stamps.push(Math.round(packet.timestamp * 1e6));
      if (stamps.length > maxFrames) throw new AppError('too_large', 'The video has more than five million frames.');
    }
  } catch (error) {
    // A file that was cut ends here; the frames before are there.
    if (error instanceof AppError || stamps.length === 0) throw unreadable(error);
  }
  stamps.sort((a, b) => a - b);
  return {
    stamps: Float64Array.from(stamps),
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    turn: await track.getRotation(),
    config: await track.getDecoderConfig(),
    packets: () => sink.packets(),
  };
}

async function primaryTrack(input: Input): Promise<InputVideoTrack> {
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track !== null) return track;
  } catch (error) {
    throw unreadable(error);
  }
  throw new AppError('unreadable', 'The file has no pictures in it, only sound or nothing.');
}

function unreadable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('unreadable', 'The video file is damaged: its list of frames cannot be read.', { reason }, { cause: error });
}
