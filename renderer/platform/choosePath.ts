import { createStore } from 'zustand/vanilla';
import { api } from '../api/api.ts';
import { hostStore } from '../state/hostStore.ts';

export interface PathRequest {
  readonly kind: 'folder' | 'file' | 'save';
  readonly title: string;
  /** Of the files to show, without the dot. */
  readonly extensions?: readonly string[];
  /** For `save`: the name proposed. */
  readonly name?: string;
}

interface Asked {
  readonly request: PathRequest;
  readonly answer: (path: string | null) => void;
}

/** The question the in-app picker shows; null while it is closed. */
export const pickerStore = createStore<{ readonly asked: Asked | null }>(() => ({ asked: null }));

/** Asks for a path: by the native dialog where the shell has one, else by the picker of the page. Null where nobody chose. */
export async function choosePath(request: PathRequest): Promise<string | null> {
  if (hostStore.getState().info?.capabilities.nativeDialogs === true) {
    return (await api.host.choose({ kind: request.kind, title: request.title })).path;
  }
  return new Promise((resolve) => {
    pickerStore.getState().asked?.answer(null);
    pickerStore.setState({
      asked: {
        request,
        answer: (path) => {
          pickerStore.setState({ asked: null });
          resolve(path);
        },
      },
    });
  });
}
