import { AppError } from '../../../shared/errors.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';

/** A model of the dataset; the file is `models/<sha256>.onnx`. */
export interface ModelRow {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly family: string;
  /** JSON of the model card: how to read the model. */
  readonly card: string;
  /** JSON of what a person mapped: model category → dataset category. */
  readonly map: string;
  /** Provider and rate of the last run. */
  readonly provider: string | null;
  readonly imagesPerSecond: number | null;
  /** ms since 1970 */
  readonly addedAt: number;
}

const columns = 'name, sha256, bytes, family, card, map, provider, images_per_second as imagesPerSecond, added_at as addedAt';

function list({ prepare }: ReadConnection): readonly ModelRow[] {
  return prepare<ModelRow>(`select ${columns} from model order by id`).all();
}

function byName({ prepare }: ReadConnection, input: { readonly name: string }): ModelRow | null {
  return prepare<ModelRow>(`select ${columns} from model where name = ?`).get(input.name) ?? null;
}

/** Adds a model, or replaces card and map of the one with this name and content. Error: already_exists (the name has other content). */
function add({ prepare }: WriteConnection, input: Omit<ModelRow, 'provider' | 'imagesPerSecond'>): null {
  const known = prepare<{ sha256: string }>('select sha256 from model where name = ?').get(input.name);
  if (known !== undefined && known.sha256 !== input.sha256) {
    throw new AppError('already_exists', `There is another model with the name “${input.name}”. Give this one a name of its own.`, {
      name: input.name,
    });
  }
  prepare(
    `insert into model (name, sha256, bytes, family, card, map, added_at) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (name) do update set family = excluded.family, card = excluded.card, map = excluded.map`,
  ).run(input.name, input.sha256, input.bytes, input.family, input.card, input.map, input.addedAt);
  return null;
}

function setRate(
  { prepare }: WriteConnection,
  input: { readonly name: string; readonly provider: string; readonly imagesPerSecond: number },
): null {
  prepare('update model set provider = ?, images_per_second = ? where name = ?').run(input.provider, input.imagesPerSecond, input.name);
  return null;
}

/** Removes a model; its runs stay. True where no other model has the same file. Error: not_found. */
function remove({ prepare }: WriteConnection, input: { readonly name: string }): { readonly sha256: string; readonly last: boolean } {
  const known = prepare<{ sha256: string }>('select sha256 from model where name = ?').get(input.name);
  if (known === undefined) throw new AppError('not_found', `There is no model “${input.name}”.`, { model: input.name });
  prepare('delete from model where name = ?').run(input.name);
  const others = prepare<{ n: number }>('select count(*) as n from model where sha256 = ?').get(known.sha256)?.n ?? 0;
  return { sha256: known.sha256, last: others === 0 };
}

export const reads = { 'models.byName': byName, 'models.list': list } as const;
export const writes = { 'models.add': add, 'models.remove': remove, 'models.setRate': setRate } as const;
