import type { Comment } from '../../../shared/contract/annotations.ts';

/** A comment and what was answered. */
export interface Thread {
  /** Of the comment that began it. */
  readonly id: string;
  /** Null where it has not come in yet; without its words where it was deleted (`removed`). */
  readonly first: Comment | null;
  readonly replies: readonly Comment[];
  readonly resolved: boolean;
}

/** Threads in the order in which they began, replies in theirs. Nothing is left out: a reply without its comment is a thread, too. */
export function threadsOf(comments: readonly Comment[]): readonly Thread[] {
  const threads = new Map<string, { first: Comment | null; readonly replies: Comment[] }>();
  for (const comment of comments) {
    const id = comment.parent ?? comment.id;
    const thread = threads.get(id) ?? { first: null, replies: [] };
    if (comment.parent === null) thread.first = comment;
    else thread.replies.push(comment);
    threads.set(id, thread);
  }
  return [...threads].map(([id, { first, replies }]) => ({ id, first, replies, resolved: first?.resolved ?? false }));
}

/** Replies before the latest ones of a long thread are folded away; one alone is not worth a fold. */
const shownReplies = 3;

export function foldReplies(replies: readonly Comment[], all: boolean): { readonly folded: number; readonly shown: readonly Comment[] } {
  const folded = all || replies.length <= shownReplies + 1 ? 0 : replies.length - shownReplies;
  return { folded, shown: replies.slice(folded) };
}
