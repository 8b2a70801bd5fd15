/** Somebody by the name they have now, and by names that the same person worked under before. */
export interface Person {
  readonly author: string;
  readonly formerly?: readonly string[] | undefined;
}

export function allNames({ author, formerly = [] }: Person): readonly string[] {
  return [author, ...formerly];
}

/** All of a person's names as a parameter of `in (select value from json_each(?))`. */
export function namesParameter(person: Person): string {
  return JSON.stringify(allNames(person));
}
