/** The browser's own database of this app: edits that wait, and where one was. */
let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('hardcase', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('unsaved', { keyPath: 'key' }).createIndex('dataset', 'dataset');
      request.result.createObjectStore('views', { keyPath: 'dataset' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
  return opened;
}

/** One request in a transaction of its own; resolves when it is complete. */
export async function inBrowserDb<T>(
  store: 'unsaved' | 'views',
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const db = await open();
  return new Promise<T>((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB'));
  });
}
