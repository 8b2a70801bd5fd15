import { createStore } from 'zustand/vanilla';

/** Something that is said once, at the lower edge. Errors are alerts and stay until closed; the rest goes by itself. */
export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'success' | 'warning' | 'error';
  readonly message: string;
  readonly details?: string;
  readonly action?: { readonly label: string; readonly keys?: string; readonly run: () => void };
}

export const noticeStore = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));

let next = 1;
const stay = { info: 6_000, success: 6_000, warning: 12_000, error: 0 };

export function notify(notice: Omit<Notice, 'id'>): number {
  const id = next;
  next += 1;
  // The same words twice are one notice.
  noticeStore.setState(({ notices }) => ({
    notices: [...notices.filter((n) => n.message !== notice.message), { ...notice, id }].slice(-4),
  }));
  const ms = stay[notice.level];
  if (ms > 0) setTimeout(() => dismiss(id), ms);
  return id;
}

export function dismiss(id: number): void {
  noticeStore.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
