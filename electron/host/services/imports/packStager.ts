import type { LabelCategory } from '../../../../shared/formats/labelSet.ts';
import type { StagedFrame } from '../../../db/queries/packs.ts';
import type { OpenDataset } from '../openDataset.ts';

/** Rows that go to the database together: well below its limit, so that other writers wait for a moment only. */
const batchRows = 10_000;

/** Brings frames into the dataset as one import: staged in batches, visible after the end. In a dry run it takes and drops. */
export class PackStager {
  readonly #dataset: OpenDataset;
  readonly #options: {
    readonly format: string;
    readonly name: string;
    readonly categories: readonly LabelCategory[];
    readonly dryRun: boolean;
  };
  #pack: number | null = null;
  #batch: StagedFrame[] = [];
  #rows = 0;

  constructor(
    dataset: OpenDataset,
    options: { readonly format: string; readonly name: string; readonly categories: readonly LabelCategory[]; readonly dryRun: boolean },
  ) {
    this.#dataset = dataset;
    this.#options = options;
  }

  async add(frame: StagedFrame): Promise<void> {
    if (this.#options.dryRun) return;
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
    await this.#flush();
    if (this.#pack === null) return;
    onPart(0, 1);
    const committed = await this.#dataset.db.write('packs.commit', { pack: this.#pack, author });
    this.#pack = null;
    if (committed.pack === null) return;
    for (let done = 1, isDone = false; !isDone; done++) {
      isDone = (await this.#dataset.db.write('packs.applyNext', { pack: committed.pack })).done;
      onPart(Math.min(done, committed.chunks), committed.chunks);
    }
  }

  async abort(): Promise<void> {
    this.#batch = [];
    if (this.#pack !== null) await this.#dataset.db.write('packs.abort', { pack: this.#pack });
    this.#pack = null;
  }
}
