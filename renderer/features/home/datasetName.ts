/** Folders and files that are called the same in every export: they say what is in them, not what it is of. */
const general =
  /^(annotations?|_annotations.*|labels?|images?|imgs?|instances.*|data|dataset|train.*|val.*|valid.*|test.*|default|export|obj|result.*)$/i;

export function pathParts(path: string): readonly string[] {
  return path.split(/[/\\]/).filter((part) => part !== '');
}

/** A name for what is imported: of the file without its ending or of the folder, and of a folder close above it that has a name of its own. */
export function datasetNameFor(path: string): string {
  const parts = pathParts(path).map((part, i, all) => (i === all.length - 1 ? part.replace(/(?<=.)\.[a-z][a-z0-9]{1,4}$/i, '') : part));
  return parts.slice(-3).findLast((part) => !general.test(part) && !part.endsWith(':')) ?? parts.at(-1) ?? '';
}
