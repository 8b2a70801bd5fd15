// Folders that hold a collection and not one recording.
const collection =
  /^(images?|imgs?|jpegimages|pictures|photos|frames|data|dataset|labels|annotations|train|valid|validation|val|test|trainval|(train|val|test)[-_]?\d{4}|obj_\w+_data|default)$/i;

/**
 * The sequence of an image by its folder: the folders of its relative name, without those at the end and the beginning
 * that only say "images" or "train". Null where nothing is left: a loose picture.
 */
export function sequenceOfPath(name: string): string | null {
  const folders = name.split('/').slice(0, -1);
  while (folders.length > 0 && collection.test(folders[folders.length - 1] as string)) folders.pop();
  while (folders.length > 0 && collection.test(folders[0] as string)) folders.shift();
  return folders.length > 0 ? folders.join('/').slice(0, 256) : null;
}

/** `train`, `val` or `test` where a folder or file name says so (`instances_train2017`, `valid`). */
export function splitOfName(name: string): 'train' | 'val' | 'test' | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.includes('train')) return 'train';
  if (words.includes('val') || words.includes('valid') || words.includes('validation')) return 'val';
  return words.includes('test') ? 'test' : null;
}
