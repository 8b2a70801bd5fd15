import type { LabelCategory } from '../../../../shared/formats/labelSet.ts';
import type { StagedFrame } from '../../../db/queries/packs.ts';
import type { OpenDataset } from '../openDataset.ts';

async function applyPack(dataset: OpenDataset, pack: number, onPart: (done: number) => void): Promise<void> {
  for (let done = 1, isDone = false; !isDone; done++) {
    isDone = (await dataset.db.write('packs.applyNext', { pack })).done;
    onPart(done);
  }
}

/**
 * Finishes imports whose parts could not all be written (the disk was full): what comes next must see all of them, or it
 * would bring their boxes a second time.
 */
export async function finishPacks(dataset: OpenDataset): Promise<void> {
  for (const pack of await dataset.db.read('packs.unfinished', {})) await applyPack(dataset, pack, () => undefined);
}

/** Rows that go to the database together: well below its limit, so that other writers wait for a moment only. */
const batchRows = 10_000;

/** Brings frames into the dataset as one import: staged in batches, visible after the end. */
export class PackStager {
  readonly #dataset: OpenDataset;
  readonly #options: {
    readonly format: string;
    readonly name: string;
    readonly categories: readonly LabelCategory[];
  };
  #pack: number | null = null;
  #batch: StagedFrame[] = [];
  #rows = 0;

  constructor(
    dataset: OpenDataset,
    options: { readonly format: string; readonly name: string; readonly categories: readonly LabelCategory[] },
  ) {
    this.#dataset = dataset;
    this.#options = options;
  }

  async add(frame: StagedFrame): Promise<void> {
    this.#batch.push(frame);
    this.#rows += 1 + frame.boxes.length;
    if (this.#rows >= batchRows) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const frames = this.#batch;
    this.#batch = [];
    this.#rows = 0;
    if (this.#pack === null) {
      const { format, name, categories } = this.#options;
      const header = {
        format,
        categories: categories.map(({ name: category, supercategory, sourceId }) => ({ name: category, supercategory, sourceId })),
      };
      this.#pack = (await this.#dataset.db.write('packs.begin', { header, name })).pack;
    }
    await this.#dataset.db.write('packs.append', { pack: this.#pack, frames });
  }

  /** After this nothing can be taken back: the import is one operation, and its parts become visible one by one. */
  async finish(author: string, onPart: (done: number, total: number) => void): Promise<void> {
    const committed = await this.#commit(author, onPart).catch(async (error: unknown) => {
      // What was staged is dropped at the next opening anyway, and the first error is the one that tells.
      await this.abort().catch(() => undefined);
      throw error;
    });
    if (committed === null) return;
    const { pack, chunks } = committed;
    await applyPack(this.#dataset, pack, (done) => onPart(Math.min(done, chunks), chunks));
  }

  async #commit(
    author: string,
    onPart: (done: number, total: number) => void,
  ): Promise<{ readonly pack: number; readonly chunks: number } | null> {
    await this.#flush();
    if (this.#pack === null) return null;
    onPart(0, 1);
    const { pack, chunks } = await this.#dataset.db.write('packs.commit', { pack: this.#pack, author });
    this.#pack = null;
    return pack === null ? null : { pack, chunks };
  }

  async abort(): Promise<void> {
    this.#batch = [];
    if (this.#pack !== null) await this.#dataset.db.write('packs.abort', { pack: this.#pack });
    this.#pack = null;
  }
}
