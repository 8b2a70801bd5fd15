import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../../shared/formats/formatError.ts';
import { scanLimits, XmlScanner, xmlText } from '../../../../../shared/formats/xml/scanXml.ts';

function scan(xml: string, pieces = xml.length): readonly string[] {
  const told: string[] = [];
  const scanner = new XmlScanner({
    open: (name, attributes) => told.push(`<${name} ${JSON.stringify([...attributes])}`),
    text: (text) => told.push(text),
    close: (name) => told.push(`>${name}`),
  });
  for (let at = 0; at < xml.length; at += pieces) scanner.push(xml.slice(at, at + pieces));
  scanner.end();
  return told;
}

function codeOf(xml: string): string {
  try {
    scan(xml);
    return 'read';
  } catch (error) {
    return error instanceof FormatError ? error.code : String(error);
  }
}

const document = `\ufeff<?xml version="1.0" encoding="utf-8"?>
<!-- a > in a comment -->
<a x="1 &lt; 2" y='"'><b/>text &amp; <![CDATA[<raw> & more]]> &#44032;<c z=""> </c></a>
`;

describe('the scanner of large XML', () => {
  test('tells the same, however the text is cut', () => {
    const whole = ['<a [["x","1 < 2"],["y","\\""]]', '<b []', '>b', 'text & <raw> & more 가', '<c [["z",""]]', '>c', '>a'];
    for (const pieces of [document.length, 1, 2, 3, 7, 16]) expect([pieces, scan(document, pieces)]).toEqual([pieces, whole]);
  });

  test.each([
    ['<!DOCTYPE a [<!ENTITY x "y">]><a/>', 'xml_document_type'],
    ['<a><!ELEMENT b></a>', 'xml_document_type'],
    ['<a><b></a></b>', 'xml_broken'],
    ['<a/><b/>', 'xml_broken'],
    ['<a x=1/>', 'xml_broken'],
    ['<a x="1" x="2"/>', 'xml_broken'],
    ['plain text', 'xml_broken'],
    ['', 'xml_broken'],
    ['<a><b/>', 'xml_truncated'],
    ['<a b="', 'xml_truncated'],
    ['<a><!-- never ends', 'xml_truncated'],
    ['<a>'.repeat(scanLimits.depth + 1), 'xml_too_deep'],
    [`<a ${Array.from({ length: scanLimits.attributes + 1 }, (_, i) => `x${i}=""`).join(' ')}/>`, 'xml_too_large'],
    [`<a>${'x'.repeat(scanLimits.textCharacters + 1)}</a>`, 'xml_too_large'],
    [`<a b="${'x'.repeat(scanLimits.tagCharacters)}`, 'xml_too_large'],
  ])('refuses what is no whole, plain XML (%#)', (xml, code) => {
    expect(codeOf(xml)).toBe(code);
  });

  test('gives back every text that was written by xmlText', () => {
    for (const text of ['a<b>&"c"\'', '가나 😀', 'tab\tline\nend', '__proto__', '&amp;lt;']) {
      expect(scan(`<a x="${xmlText(text)}"/>`)[0]).toBe(`<a ${JSON.stringify([['x', text]])}`);
      expect(scan(`<a>${xmlText(text)}</a>`)[1]).toBe(text);
    }
    expect(xmlText('\u0000a\ud800')).toBe('a\ufffd');
  });
});
