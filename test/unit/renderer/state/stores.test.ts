import { beforeEach, describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../../../shared/contract/host.ts';
import { home } from '../../../../renderer/lib/address.ts';
import { addressStore, navigate, setParams, startAddresses } from '../../../../renderer/state/addressStore.ts';
import {
  type Command,
  commandFor,
  commandStore,
  declareCommands,
  handleCommands,
  keyConflicts,
  runCommand,
} from '../../../../renderer/state/commandStore.ts';
import { providerInUse } from '../../../../renderer/state/hostStore.ts';
import { jobStore, runJob } from '../../../../renderer/state/jobStore.ts';
import { saveStore, saving } from '../../../../renderer/state/saveStore.ts';

describe('addresses in the window', () => {
  const listeners: (() => void)[] = [];
  const location = {
    text: '#/',
    get hash() {
      return this.text;
    },
    set hash(value: string) {
      this.text = value;
      listeners.forEach((listener) => listener());
    },
  };
  startAddresses({
    location,
    history: { replaceState: (_data, _unused, url) => void (location.text = url) },
    addEventListener: (_type, listener) => void listeners.push(listener),
  });

  test('each view is remembered while its dataset stays', () => {
    navigate({ view: 'frames', dataset: 'a', params: { query: 'car' } });
    setParams({ order: 'random' });
    navigate({ view: 'label', dataset: 'a', params: { frame: 'x.jpg' } });
    expect([location.text, addressStore.getState().last.frames]).toEqual([
      '#/d/a/label?frame=x.jpg',
      { view: 'frames', dataset: 'a', params: { query: 'car', order: 'random' } },
    ]);
    navigate(home);
    navigate({ view: 'frames', dataset: 'b', params: {} });
    expect(addressStore.getState().last.label).toBeUndefined();
  });

  test('an empty parameter goes away', () => {
    navigate({ view: 'frames', dataset: 'b', params: { query: 'car', tag: 'night' } });
    setParams({ query: '', tag: null });
    expect(location.text).toBe('#/d/b/frames');
  });
});

describe('commands', () => {
  const commands: readonly Command[] = [
    { id: 'frames.all', scope: 'frames', keys: ['Mod+A'] },
    { id: 'label.all', scope: 'label', keys: ['Mod+A'] },
    { id: 'app.palette', scope: 'global', keys: ['Mod+K'], whileTyping: true },
    { id: 'app.help', scope: 'global', keys: ['?'] },
  ];
  beforeEach(() => {
    commandStore.setState({ commands: [], handlers: {} });
    declareCommands(commands);
  });
  const ran: string[] = [];
  const run = (id: string) => ({ [id]: { run: () => void ran.push(id) } });

  test('the same key means something else in another view', () => {
    handleCommands({ ...run('frames.all'), ...run('label.all') });
    expect([
      commandFor('Mod+A', 'frames', {}, false)?.id,
      commandFor('Mod+A', 'label', {}, false)?.id,
      commandFor('Mod+A', 'home', {}, false),
    ]).toEqual(['frames.all', 'label.all', null]);
  });

  test('while somebody types, only what is meant for it acts', () => {
    handleCommands({ ...run('app.palette'), ...run('app.help') });
    expect([
      commandFor('Mod+K', 'frames', {}, true)?.id,
      commandFor('?', 'frames', {}, true),
      commandFor('?', 'frames', {}, false)?.id,
    ]).toEqual(['app.palette', null, 'app.help']);
  });

  test('a bound key replaces the preset', () => {
    handleCommands(run('frames.all'));
    const bound = { 'frames.all': ['ctrl+e'] };
    expect([commandFor('Mod+A', 'frames', bound, false), commandFor('Mod+E', 'frames', bound, false)?.id]).toEqual([null, 'frames.all']);
  });

  test('what nobody handles, or may not run now, does not run', () => {
    const back = handleCommands({ 'app.help': { run: () => void ran.push('x'), when: () => false } });
    expect([runCommand('frames.all'), runCommand('app.help')]).toEqual([false, false]);
    back();
    const leave = handleCommands(run('app.help'));
    expect(runCommand('app.help')).toBe(true);
    leave();
    expect([runCommand('app.help'), ran]).toEqual([false, ['app.help']]);
  });

  test('two commands on one key of one view are found', () => {
    expect(keyConflicts(commands, { 'app.help': ['Mod+K'] })).toEqual([{ chord: 'Mod+K', a: 'app.palette', b: 'app.help' }]);
  });
});

describe('the save state', () => {
  test('says Saved only when the last write has answered', async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const a = saving(() => first.promise);
    const b = saving(() => second.promise);
    first.resolve();
    await a;
    expect(saveStore.getState().state).toBe('saving');
    second.resolve();
    await b;
    expect(saveStore.getState()).toMatchObject({ state: 'saved', reason: null });
    expect(saveStore.getState().at).not.toBeNull();
  });

  test('a failed write is not forgotten because another succeeded at the same time', async () => {
    const other = Promise.withResolvers<void>();
    const b = saving(() => other.promise);
    await expect(saving(() => Promise.reject(new Error('The disk is full')))).rejects.toThrow('The disk is full');
    other.resolve();
    await b;
    expect(saveStore.getState()).toMatchObject({ state: 'failed', reason: 'The disk is full' });
    await saving(() => Promise.resolve());
    expect(saveStore.getState().state).toBe('saved');
  });
});

describe('jobs', () => {
  test('one is shown with its progress until it ends, and cancels through its signal', async () => {
    const end = Promise.withResolvers<string>();
    const done = runJob('Import a', ({ signal, onProgress }) => {
      onProgress({ phase: 'read', done: 3, total: 9, unit: 'images' });
      signal.addEventListener('abort', () => end.resolve('stopped'));
      return end.promise;
    });
    const [job] = jobStore.getState().jobs;
    expect([job?.name, job?.progress?.done]).toEqual(['Import a', 3]);
    job?.cancel();
    expect([await done, jobStore.getState().jobs]).toEqual(['stopped', []]);
  });
});

describe('the provider in the status bar', () => {
  const report = (providers: DoctorReport['providers']): DoctorReport => ({
    app: '',
    node: '',
    sqlite: '',
    onnxruntime: '',
    providers,
    electron: { available: false },
    browser: { available: true },
    cores: 1,
    memoryBytes: 1,
  });

  test('is the best one there is, with the reason why not a better one', () => {
    expect([
      providerInUse(
        report([
          { name: 'cpu', available: true },
          { name: 'cuda', available: false, reason: 'no library' },
          { name: 'webgpu', available: false, reason: 'no adapter' },
        ]),
      ),
      providerInUse(
        report([
          { name: 'webgpu', available: true, device: 'RTX 4070' },
          { name: 'coreml', available: true },
        ]),
      ),
      providerInUse(report([])),
    ]).toEqual([{ name: 'CPU', device: null, reason: 'WebGPU: no adapter' }, { name: 'CoreML', device: null, reason: null }, null]);
  });
});
