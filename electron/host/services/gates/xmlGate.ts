import { XMLParser } from 'fast-xml-parser';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { decodeUtf8 } from '../../../../shared/formats/json/jsonGate.ts';

/** Limits of XML from outside (SYNC.md 7.2, P6). */
export const xmlLimits = { bytes: 8 * 1_048_576, depth: 32 } as const;

/** XML that is read piece by piece: a scanner, which refuses document types and bounds depth and lengths, sees each once. */
export const xmlStreamLimits = { bytes: 4 * 1_073_741_824 } as const;

/**
 * Feeds a reader of large XML (shared/formats/xml/scanXml.ts) with the text of a file. The caller ends the reader. Throws
 * FormatError (`empty_file`, `xml_too_large`, `not_utf8`, and what the scanner throws).
 */
export async function streamXml(
  file: { readonly bytes: number; readonly chunks: AsyncIterable<Uint8Array> },
  reader: { push(text: string): void },
): Promise<void> {
  if (file.bytes === 0) throw new FormatError('empty_file', 'The file is empty.');
  if (file.bytes > xmlStreamLimits.bytes) throw new FormatError('xml_too_large', 'The XML file is larger than 4 GB.');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new FormatError('not_utf8', 'The text is not UTF-8.', { cause: error });
    }
  };
  for await (const bytes of file.chunks) {
    // UTF-16 reads as UTF-8 where its text is plain: zero bytes give it away.
    if (bytes.includes(0)) throw new FormatError('not_utf8', 'The text is not UTF-8.');
    reader.push(decode(bytes));
  }
  reader.push(decode());
}

const forbidden = ['<!doctype', '<!entity', '<!element', '<!attlist', '<!notation'];

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: xmlLimits.depth,
  trimValues: true,
});

/**
 * Parses an XML document to plain objects and texts. A document type is refused on the raw bytes, before the parser sees
 * them and in whatever encoding it hides; entities are off but for the five of XML itself and character numbers.
 * Throws FormatError (`empty_file`, `xml_too_large`, `xml_document_type`, `not_utf8`, `xml_too_deep`, `xml_broken`).
 */
export function parseXml(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new FormatError('empty_file', 'The file is empty.');
  if (bytes.length > xmlLimits.bytes) throw new FormatError('xml_too_large', 'The XML file is larger than 8 MB.');
  refuseDocumentType(bytes);
  const text = decodeUtf8(bytes);
  checkTags(text);
  try {
    return decoded(parser.parse(text));
  } catch (error) {
    throw new FormatError('xml_broken', 'This is not valid XML.', { cause: error });
  }
}

/** Zero bytes are left out first: UTF-16 and UTF-32 text then reads like ASCII. */
function refuseDocumentType(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.includes(0) ? bytes.filter((byte) => byte !== 0) : bytes)
    .toString('latin1')
    .toLowerCase();
  if (forbidden.some((word) => text.includes(word)))
    throw new FormatError('xml_document_type', 'The XML declares a document type or entities; such files are not read.');
}

/**
 * The parser is lenient about unclosed and crossed tags; a cut file must not pass for a whole one. A scanner by hand,
 * because it has to stay linear on hostile text.
 */
function checkTags(text: string): void {
  const open: string[] = [];
  let seen = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = endAfter(text, '-->', at + 4);
    else if (text.startsWith('<![CDATA[', at)) at = endAfter(text, ']]>', at + 9);
    else if (text.startsWith('<?', at)) at = endAfter(text, '?>', at + 2);
    else {
      const end = tagEnd(text, at + 1);
      const tag = text.slice(at + 1, end);
      at = end + 1;
      seen++;
      const name = /^\/?([^\s/]*)/.exec(tag)?.[1] ?? '';
      if (name === '' || name.startsWith('!')) throw new FormatError('xml_broken', 'This is not valid XML.');
      if (tag.startsWith('/')) {
        if (open.pop() !== name) throw new FormatError('xml_broken', 'This is not valid XML: a tag is closed that is not open.');
      } else if (!tag.endsWith('/')) {
        open.push(name);
        if (open.length > xmlLimits.depth) throw new FormatError('xml_too_deep', 'The XML is nested more than 32 levels deep.');
      }
    }
  }
  if (open.length > 0) throw truncated();
  if (seen === 0) throw new FormatError('xml_broken', 'This is not an XML file.');
}

function endAfter(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at < 0) throw truncated();
  return at + mark.length;
}

function tagEnd(text: string, from: number): number {
  let quote = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (quote !== 0) {
      if (character === quote) quote = 0;
    } else if (character === 0x22 || character === 0x27) quote = character;
    else if (character === 0x3e) return at;
    else if (character === 0x3c) throw new FormatError('xml_broken', 'This is not valid XML.');
  }
  throw truncated();
}

function truncated(): FormatError {
  return new FormatError('xml_truncated', 'The XML file ends too early: a part of it is missing.');
}

const named: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('&') ? decodedText(value) : value;
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null) as { [key: string]: unknown };
  for (const [key, child] of Object.entries(value)) copy[key] = decoded(child);
  return copy;
}

function decodedText(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
