import type { LastView } from '../state/lastView.ts';
import { inBrowserDb } from './browserDb.ts';

let savedOrder: LastView['order'] | null = null;

/** Where one was in a dataset, kept for the next window: the latest word of any window counts. The list is written when it changed. */
export function saveView(dataset: string, { order, ...view }: LastView): void {
  void inBrowserDb('views', 'readwrite', (store) => store.put({ dataset, view })).catch(() => undefined);
  if (order === savedOrder) return;
  savedOrder = order;
  void inBrowserDb('views', 'readwrite', (store) => store.put({ dataset: `${dataset} list`, order })).catch(() => undefined);
}

export async function loadView(dataset: string): Promise<LastView | null> {
  const get = <T>(key: string): Promise<T | null> =>
    inBrowserDb('views', 'readonly', (store) => store.get(key) as IDBRequest<T | null>).catch(() => null);
  const [row, list] = await Promise.all([
    get<{ readonly view: Omit<LastView, 'order'> }>(dataset),
    get<{ readonly order: LastView['order'] }>(`${dataset} list`),
  ]);
  return row && list ? { ...row.view, order: list.order } : null;
}
