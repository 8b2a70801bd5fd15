// A host in a process of its own, for tests that end it at any moment: starts a pre-label run and prints its progress.
// Arguments: dataset folder, user data folder, JSON of the prelabel request.
import { createHost } from '../../electron/host/createHost.ts';
import { memoryClient, serveContract } from '../../electron/node/hostServer.ts';
import { testPorts } from './testPorts.ts';

const [folder = '', userData = '', request = '{}'] = process.argv.slice(2);
const host = await createHost(testPorts(userData));
const { api: client } = memoryClient(serveContract(host, host.services.ports.log), () => 'test');
const { id } = await client.datasets.open({ path: folder });
const result = await client.models.prelabel(
  { ...(JSON.parse(request) as { readonly model: string }), dataset: id },
  { onProgress: ({ phase, done }) => console.log(JSON.stringify({ phase, done })) },
);
console.log(JSON.stringify({ result }));
await host.close();
