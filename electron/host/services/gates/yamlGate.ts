import { parseDocument, visit } from 'yaml';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { decodeUtf8, jsonLimits } from '../../../../shared/formats/json/jsonGate.ts';

/** Limit of YAML from outside (SYNC.md 7.2, P6). */
export const yamlLimits = { bytes: 1_048_576 } as const;

/**
 * Parses YAML of the JSON kind: maps, lists, texts, numbers, booleans, null. Anchors, aliases, tags and merge keys are
 * refused, so that nothing can be multiplied or made into another type. Throws FormatError (`empty_file`,
 * `yaml_too_large`, `not_utf8`, `yaml_broken`, `yaml_anchor`, `yaml_tag`, `yaml_too_deep`).
 */
export function parseYaml(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new FormatError('empty_file', 'The file is empty.');
  if (bytes.length > yamlLimits.bytes) throw new FormatError('yaml_too_large', 'The YAML file is larger than 1 MB.');
  const text = decodeUtf8(bytes);
  refuseDeepFlow(text);
  const document = parseDocument(text, {
    schema: 'core',
    merge: false,
    customTags: [],
    uniqueKeys: true,
    logLevel: 'silent',
    strict: true,
  });
  if (document.errors.length > 0) throw new FormatError('yaml_broken', 'This is not valid YAML.', { cause: document.errors[0] });
  visit(document, {
    Alias: () => {
      throw new FormatError('yaml_anchor', 'The YAML uses anchors or aliases; such files are not read.');
    },
    Node: (_key, node, path) => {
      if ('anchor' in node && node.anchor !== undefined)
        throw new FormatError('yaml_anchor', 'The YAML uses anchors or aliases; such files are not read.');
      if (node.tag !== undefined) throw new FormatError('yaml_tag', 'The YAML uses tags; such files are not read.');
      // A pair and its value are two steps of the path.
      if (path.length > jsonLimits.depth * 2) throw new FormatError('yaml_too_deep', 'The YAML is nested more than 64 levels deep.');
      return undefined;
    },
  });
  return document.toJS({ maxAliasCount: 0 }) as unknown;
}

/** The parser is recursive: thousands of brackets or dashes in a row would exhaust its stack before anybody can count levels. */
function refuseDeepFlow(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 0x5b || character === 0x7b) {
      if (++depth > jsonLimits.depth) throw new FormatError('yaml_too_deep', 'The YAML is nested more than 64 levels deep.');
    } else if (character === 0x5d || character === 0x7d) depth = Math.max(0, depth - 1);
  }
  if (/(?:[-?][ \t]+){65}/.test(text)) throw new FormatError('yaml_too_deep', 'The YAML is nested more than 64 levels deep.');
}
