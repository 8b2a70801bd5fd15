import { FormatError } from '../formatError.ts';

/** What a scanner tells, in the order of the document. */
export interface XmlHandler {
  /** A start tag; `<a/>` is told as `open` and `close`. */
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  /** All text between two tags, trimmed; nothing is told of blanks alone. */
  text(text: string): void;
  close(name: string): void;
}

/** Limits of one document, so that a hostile one costs bounded memory and time that grows with its length alone. */
export const scanLimits = { depth: 32, tagCharacters: 4 * 1_048_576, textCharacters: 1_048_576, attributes: 64 } as const;

/**
 * A scanner for large XML of label tools, piece by piece and in one pass: elements, attributes, texts, the five entities of
 * XML and character numbers. Document types are refused, so that no entity is ever expanded. Throws FormatError
 * (`xml_document_type`, `xml_broken`, `xml_truncated`, `xml_too_deep`, `xml_too_large`).
 */
export class XmlScanner {
  readonly #handler: XmlHandler;
  readonly #open: string[] = [];
  #rest = '';
  #text = '';
  #seen = false;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  push(piece: string): void {
    const text = this.#rest + piece;
    let at = 0;
    for (;;) {
      const tag = text.indexOf('<', at);
      if (tag < 0) {
        this.#addText(text.slice(at));
        this.#rest = '';
        return;
      }
      this.#addText(text.slice(at, tag));
      const end = markupEnd(text, tag);
      if (end < 0) {
        if (text.length - tag > scanLimits.tagCharacters)
          throw new FormatError('xml_too_large', 'A tag of the XML file is longer than 4 MB.');
        this.#rest = text.slice(tag);
        return;
      }
      this.#markup(text.slice(tag, end));
      at = end;
    }
  }

  end(): void {
    if (this.#rest !== '' || this.#open.length > 0)
      throw new FormatError('xml_truncated', 'The XML file ends too early: a part of it is missing.');
    if (!this.#seen || this.#text.trim() !== '') throw new FormatError('xml_broken', 'This is not an XML file.');
  }

  #addText(text: string): void {
    if (text === '') return;
    this.#text += text;
    if (this.#text.length > scanLimits.textCharacters)
      throw new FormatError('xml_too_large', 'A text of the XML file is longer than 1 MB.');
  }

  #markup(tag: string): void {
    if (tag.startsWith('<!--') || tag.startsWith('<?')) return;
    if (tag.startsWith('<![CDATA[')) {
      // What stands in it is no markup: entities are not meant there.
      this.#addText(tag.slice(9, -3).replaceAll('&', '&amp;'));
      return;
    }
    this.#tellText();
    if (tag.startsWith('</')) {
      this.#close(tag.slice(2, -1).trim());
      return;
    }
    if (this.#open.length === 0 && this.#seen) throw broken();
    const isEmpty = tag.endsWith('/>');
    const { name, attributes } = startTag(tag.slice(1, isEmpty ? -2 : -1));
    this.#seen = true;
    this.#open.push(name);
    if (this.#open.length > scanLimits.depth) throw new FormatError('xml_too_deep', 'The XML is nested more than 32 levels deep.');
    this.#handler.open(name, attributes);
    if (isEmpty) this.#close(name);
  }

  #close(name: string): void {
    if (this.#open.pop() !== name) throw new FormatError('xml_broken', 'This is not valid XML: a tag is closed that is not open.');
    this.#handler.close(name);
  }

  #tellText(): void {
    const text = this.#text.trim();
    this.#text = '';
    if (text === '') return;
    if (this.#open.length === 0 && text !== '\ufeff') throw broken();
    this.#handler.text(decodeEntities(text));
  }
}

/** Behind the markup that begins at `from`, or -1 where its end has not come yet. */
function markupEnd(text: string, from: number): number {
  for (const [start, mark] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const) {
    if (text.startsWith(start, from)) {
      const at = text.indexOf(mark, from + start.length);
      return at < 0 ? -1 : at + mark.length;
    }
    // `<!` may become a comment with the next piece.
    if (start.startsWith(text.slice(from, from + start.length))) return -1;
  }
  if (text.startsWith('<!', from)) throw documentType();
  let quote = 0;
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 0x22 || code === 0x27) quote = code;
    else if (code === 0x3e) return at + 1;
    else if (code === 0x3c) throw broken();
  }
  return -1;
}

const attributePattern = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;

function startTag(inside: string): { readonly name: string; readonly attributes: ReadonlyMap<string, string> } {
  const name = /^[^\s=<>"'/]+/.exec(inside)?.[0];
  if (name === undefined) throw broken();
  const attributes = new Map<string, string>();
  attributePattern.lastIndex = name.length;
  let at = name.length;
  for (let found = attributePattern.exec(inside); found !== null; found = attributePattern.exec(inside)) {
    at = attributePattern.lastIndex;
    const key = found[1] as string;
    if (attributes.has(key)) throw broken();
    attributes.set(key, decodeEntities(found[2] ?? found[3] ?? ''));
    if (attributes.size > scanLimits.attributes)
      throw new FormatError('xml_too_large', 'A tag of the XML file has more than 64 attributes.');
  }
  if (inside.slice(at).trim() !== '') throw broken();
  return { name, attributes };
}

const named: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] as string) : whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function documentType(): FormatError {
  return new FormatError('xml_document_type', 'The XML declares a document type or entities; such files are not read.');
}

function broken(): FormatError {
  return new FormatError('xml_broken', 'This is not valid XML.');
}

/** Text of an element or attribute. Characters that XML cannot hold are left out; blanks other than spaces are numbered. */
export function xmlText(value: string): string {
  return value
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
