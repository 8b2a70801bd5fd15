/** What a reviewer says with one key; a comment carries it beside its words, or alone. */
export const issues = ['wrong_box', 'wrong_category', 'missing', 'not_needed'] as const;
export type Issue = (typeof issues)[number];
