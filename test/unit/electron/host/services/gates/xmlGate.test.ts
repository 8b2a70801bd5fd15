import { describe, expect, test } from 'vitest';
import { parseXml } from '../../../../../../electron/host/services/gates/xmlGate.ts';

const utf16 = (text: string, bom: boolean): Buffer => Buffer.from((bom ? '\ufeff' : '') + text, 'utf16le');
const doctype = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><object>&x;</object></annotation>';
const lol = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>';

const refused: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', Buffer.alloc(0), 'empty_file'],
  ['a document type', Buffer.from(doctype), 'xml_document_type'],
  ['a document type in small letters', Buffer.from(doctype.toLowerCase()), 'xml_document_type'],
  ['a document type behind a comment', Buffer.from(`<?xml version="1.0"?><!-- x -->${doctype}`), 'xml_document_type'],
  ['laughs by the billion', Buffer.from(lol), 'xml_document_type'],
  ['a document type in UTF-16 with mark', utf16(doctype, true), 'xml_document_type'],
  ['a document type in UTF-16 without mark', utf16(doctype, false), 'xml_document_type'],
  ['a document type in UTF-16 of the other order', Buffer.from(utf16(doctype, true)).swap16(), 'xml_document_type'],
  ['an entity alone', Buffer.from('<a><!ENTITY x "y"></a>'), 'xml_document_type'],
  ['UTF-16 without a document type', utf16('<annotation></annotation>', true), 'not_utf8'],
  ['a cut file', Buffer.from('<annotation><object><name>car</name>'), 'xml_truncated'],
  ['a file cut in a tag', Buffer.from('<annotation><object><na'), 'xml_truncated'],
  ['a file cut in a comment', Buffer.from('<annotation><!-- '), 'xml_truncated'],
  ['crossed tags', Buffer.from('<a><b></a></b>'), 'xml_broken'],
  ['a tag in a tag', Buffer.from('<a <b>></b></a>'), 'xml_broken'],
  ['JSON', Buffer.from('{"a": 1}'), 'xml_broken'],
  ['33 levels', Buffer.from('<a>'.repeat(33) + '</a>'.repeat(33)), 'xml_too_deep'],
  ['a hundred thousand levels', Buffer.from('<a>'.repeat(100_000)), 'xml_too_deep'],
  ['9 MB', Buffer.concat([Buffer.from('<a>'), Buffer.alloc(9 * 1_048_576, 0x20), Buffer.from('</a>')]), 'xml_too_large'],
];

describe('the XML gate', () => {
  test.each(refused)('refuses %s', (_what, bytes, code) => {
    expect(() => parseXml(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('stays fast on a large file of unclosed quotes', () => {
    const started = performance.now();
    expect(() => parseXml(Buffer.from('<a x="'.repeat(500_000)))).toThrow();
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('gives texts as they are, with the five entities of XML and character numbers read', () => {
    expect(
      parseXml(Buffer.from('\ufeff<?xml version="1.0"?><a><b>salt &amp; &lt;pepper&gt; &#65;&#x42; &unknown;</b><c>01</c></a>')),
    ).toEqual({
      a: { b: 'salt & <pepper> AB &unknown;', c: '01' },
    });
  });

  test('refuses tags whose names reach prototypes', () => {
    for (const name of ['__proto__', 'constructor', 'prototype'])
      expect(() => parseXml(Buffer.from(`<a><${name}><polluted>1</polluted></${name}></a>`)), name).toThrow();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
