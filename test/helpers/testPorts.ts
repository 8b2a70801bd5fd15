import path from 'node:path';
import type { HostPorts, Log } from '../../electron/host/ports.ts';
import { nodeSpawner } from '../../electron/node/spawner.ts';

const quiet: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message, data) => console.error(message, data),
};

/** The ports of a host in a test: real processes, everything else below a folder. `env` goes to its child processes. */
export function testPorts(userData: string, env: { readonly [name: string]: string } = {}): HostPorts {
  const spawner = nodeSpawner();
  return {
    kind: 'test',
    appVersion: '0.0.0-test',
    paths: { userData, documents: path.join(userData, 'documents'), resources: path.resolve(import.meta.dirname, '../../resources') },
    roots: [],
    spawner: { spawn: (module, options = {}) => spawner.spawn(module, { ...options, env: { ...env, ...options.env } }) },
    log: quiet,
  };
}
