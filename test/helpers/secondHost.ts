import { createHost } from '../../electron/host/createHost.ts';
import { memoryClient, serveContract } from '../../electron/node/hostServer.ts';
import { isAppError, toWireError } from '../../shared/errors.ts';
import { testPorts } from './testPorts.ts';

/** Opens a dataset in a process of its own: its summary, or the error. */
export async function startSecond(userData: string, dataset: string): Promise<unknown> {
  const host = await createHost(testPorts(userData));
  const { api } = memoryClient(serveContract(host, host.services.ports.log), () => 'Joon');
  try {
    return await api.datasets.open({ path: dataset });
  } catch (error) {
    if (isAppError(error)) return toWireError(error);
    throw error;
  } finally {
    await host.close();
  }
}
