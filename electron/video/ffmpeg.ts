import { spawn } from 'node:child_process';
import { AppError } from '../../shared/errors.ts';
import type { Demuxed } from './demux.ts';
import { lastOf, type VideoSource } from './types.ts';

/**
 * ffmpeg and ffprobe where they are installed: fixed arguments, no shell, files only (no playlist can make them open an
 * address), and no input but the one named.
 */
const inputOnly = ['-nostdin', '-v', 'error', '-protocol_whitelist', 'file'] as const;
const probeSeconds = 120;
const maxProbeText = 256 * 1_048_576;

/** Whether ffmpeg can be started here. */
export async function hasFfmpeg(): Promise<boolean> {
  return (
    (await textOf('ffmpeg', ['-version']).catch(() => null)) !== null && (await textOf('ffprobe', ['-version']).catch(() => null)) !== null
  );
}

/** Errors: unreadable. `demuxed`: the container where we could read it ourselves; its times are more exact. */
export async function openWithFfmpeg(path: string, demuxed: Demuxed | null): Promise<VideoSource> {
  const input = `file:${path}`;
  const shape = await shapeOf(input);
  const times = demuxed === null ? await timesOf(input) : demuxed.stamps.map((stamp) => (stamp - (demuxed.stamps[0] ?? 0)) / 1e6);
  return {
    ...shape,
    times,
    // ffmpeg turns the frames itself.
    turn: 0,
    decoder: 'ffmpeg',
    decode: (wanted, onFrame) => decodeRaw(input, shape, { wanted, onFrame }),
  };
}

async function shapeOf(input: string): Promise<{ readonly width: number; readonly height: number }> {
  const args = ['-select_streams', 'v:0', '-show_entries', 'stream=width,height:stream_side_data=rotation', '-of', 'json', input];
  let json: unknown;
  try {
    json = JSON.parse(await textOf('ffprobe', ['-v', 'error', '-protocol_whitelist', 'file', ...args]));
  } catch (error) {
    throw unreadable(error);
  }
  const stream = (
    json as {
      readonly streams?: readonly {
        readonly width?: number;
        readonly height?: number;
        readonly side_data_list?: readonly { readonly rotation?: number }[];
      }[];
    }
  ).streams?.[0];
  if (stream?.width === undefined || stream.height === undefined) throw unreadable('no pictures');
  const isLying = stream.side_data_list?.some(({ rotation = 0 }) => Math.abs(rotation) % 180 === 90) === true;
  return isLying ? { width: stream.height, height: stream.width } : { width: stream.width, height: stream.height };
}

async function timesOf(input: string): Promise<Float64Array> {
  const args = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', input];
  const text = await textOf('ffprobe', ['-v', 'error', '-protocol_whitelist', 'file', ...args]).catch((error: unknown) => {
    throw unreadable(error);
  });
  const times = text
    .split('\n')
    .map((line) => Number.parseFloat(line))
    .filter((time) => Number.isFinite(time))
    .sort((a, b) => a - b);
  return Float64Array.from(times, (time) => time - (times[0] ?? 0));
}

/** Frames as raw RGB through a pipe, in the order they are shown; those that are not wanted are passed over. */
async function decodeRaw(
  input: string,
  { width, height }: { readonly width: number; readonly height: number },
  { wanted, onFrame }: { readonly wanted: ReadonlySet<number>; readonly onFrame: Parameters<VideoSource['decode']>[1] },
): Promise<void> {
  const last = lastOf(wanted);
  const args = [
    '-i',
    input,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-frames:v',
    String(last + 1),
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    'pipe:1',
  ];
  const child = spawn('ffmpeg', [...inputOnly, ...args], { shell: false, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const frameBytes = 3 * width * height;
  let frame = new Uint8Array(frameBytes);
  let filled = 0;
  let place = 0;
  try {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < piece.length;) {
        const take = Math.min(piece.length - at, frameBytes - filled);
        frame.set(piece.subarray(at, at + take), filled);
        at += take;
        filled += take;
        if (filled < frameBytes) continue;
        if (wanted.has(place)) await onFrame(place, { data: frame, width, height, channels: 3 });
        frame = new Uint8Array(frameBytes);
        filled = 0;
        place += 1;
      }
    }
  } finally {
    child.kill('SIGKILL');
  }
  const code = await ended;
  if (code !== 0 && place <= last)
    throw new AppError('unreadable', 'The video is damaged: frames cannot be decoded.', { reason: said.slice(-300), code });
}

function textOf(program: 'ffmpeg' | 'ffprobe', args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout: probeSeconds * 1_000,
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    let said = '';
    child.once('error', reject);
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxProbeText) child.kill('SIGKILL');
      else parts.push(part);
    });
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString('utf8')).slice(-300)));
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(parts).toString('utf8'));
      else reject(new Error(said || `${program} ended with ${code}`));
    });
  });
}

function unreadable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = (error instanceof Error ? error.message : String(error)).slice(-300);
  return new AppError('unreadable', 'This is no video that can be read, or it is damaged.', { reason }, { cause: error });
}
