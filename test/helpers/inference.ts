import { createInferenceClient, type InferenceClient, type ModelFile } from '../../electron/inference/client.ts';
import { nodeSpawner } from '../../electron/node/spawner.ts';
import type { CardInput } from '../../shared/contract/models.ts';

/** The real client with real processes; `env` goes to each of them. */
export function testClient(env: { readonly [name: string]: string } = {}, cores = 2): InferenceClient {
  const spawner = nodeSpawner();
  return createInferenceClient({ spawn: (more) => spawner.spawn('inference/process', { env: { ...env, ...more } }), cores });
}

export async function modelOf(client: InferenceClient, path: string, card?: CardInput): Promise<ModelFile> {
  const inspected = await client.inspect(path, card);
  return { path, sha256: inspected.inspection.sha256, bytes: inspected.inspection.bytes, card: inspected.card };
}
