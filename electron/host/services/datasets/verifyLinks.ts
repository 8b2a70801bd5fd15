import { openRoot, type Root } from '../gates/paths.ts';
import type { LinkRoots } from '../media/linkRoots.ts';
import { type ExtraCheck, mediaProblem, type Verified } from './verifyDataset.ts';

type Problem = Verified['problems'][number];

const pageSize = 1_000;

/** Every linked image is where it was and has the bytes that were imported. A folder that is gone is one problem, not one an image. */
export const verifyLinks = (linkRoots: LinkRoots): ExtraCheck => ({
  phase: 'links',
  async run(dataset, signal) {
    const problems: Problem[] = [];
    const roots = new Map<number, Root | null>();
    for (const { id, relative, label } of await dataset.db.read('verify.linkRoots', {})) {
      const root = await rootIn(linkRoots.resolve(dataset, id, relative));
      roots.set(id, root);
      if (root === null) problems.push({ code: 'missing_media', message: 'A folder of linked images is not there.', item: label });
    }
    let checked = 0;
    for (let after = ''; ;) {
      const page = await dataset.db.read('verify.links', { after, limit: pageSize });
      for (const { sha256, root, path, bytes } of page) {
        signal.throwIfAborted();
        checked += 1;
        const folder = roots.get(root) ?? null;
        if (folder === null) continue;
        const problem = await mediaProblem(folder, path, { sha256, bytes }, signal);
        if (problem !== null) problems.push({ ...problem, item: path });
      }
      const last = page.at(-1);
      if (last === undefined) return { checked, problems };
      after = last.sha256;
    }
  },
});

async function rootIn(folder: string | null): Promise<Root | null> {
  return folder === null ? null : openRoot(folder).catch(() => null);
}
