import { describe, expect, test } from 'vitest';
import {
  diagnosticsOf,
  facetParam,
  facetsOf,
  orderOf,
  selectionOf,
  severityName,
  toggleValue,
} from '../../../../renderer/features/frames/query.ts';
import { matchText } from '../../../../renderer/features/palette/matchText.ts';

describe('what the Frames view asks', () => {
  test('facets survive the address, commas and all', () => {
    const values = ['a,b', '50%', 'plain', ''];
    expect(facetsOf({ tag: facetParam(values) }).tag).toEqual(values);
  });

  test('an address becomes a selection', () => {
    expect(selectionOf('  bicycle & car ', { state: ['draft', 'nonsense'], tag: ['night'], split: [] }, 'run 1')).toEqual({
      where: 'bicycle & car',
      facets: { state: ['draft'], tag: ['night'] },
      source: 'run 1',
    });
    expect(selectionOf('', {}, null, '0139')).toEqual({ facets: {}, name: '0139' });
  });

  test('a value goes in and out of its facet', () => {
    expect([toggleValue({}, 'split', 'val'), toggleValue({ split: ['val', 'test'] }, 'split', 'val')]).toEqual([['val'], ['test']]);
  });

  test('hits come by severity unless somebody chose, and the caption names what ranks them', () => {
    expect([
      orderOf({}, true),
      orderOf({}, false),
      orderOf({ order: 'edited' }, true),
      severityName('a & b where ioa > 1'),
      severityName('count(c: car) > 2'),
    ]).toEqual(['severity', 'name', 'edited', 'ioa', '']);
  });

  test('an error stands under its word', () => {
    const text = 'bicyle & car where ioa >';
    const error = (details: { readonly [key: string]: unknown }) => ({ code: 'trigger_syntax' as const, message: 'm', details });
    expect([
      diagnosticsOf(error({ offset: 0, length: 6 }), text),
      diagnosticsOf(error({ line: 1, column: 10 }), text),
      diagnosticsOf(error({ offset: text.length }), text),
      diagnosticsOf(null, text),
    ]).toEqual([
      [{ from: 0, to: 6, message: 'm' }],
      [{ from: 9, to: 12, message: 'm' }],
      [{ from: text.length - 1, to: text.length, message: 'm' }],
      [],
    ]);
  });
});

describe('searching in the palette', () => {
  test('words match in any order, beginnings first', () => {
    const hits = (text: string, wanted: string): string | undefined =>
      matchText(text, wanted)
        ?.pieces.map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
        .join('');
    expect([hits('Go to Frames', 'fr'), hits('bike_on_rack', 'rack bike'), hits('Frames', 'xyz'), hits('프레임으로 이동', '이동')]).toEqual(
      ['Go to [Fr]ames', '[bike]_on_[rack]', undefined, '프레임으로 [이동]'],
    );
    expect(matchText('Frames', 'fr')!.score).toBeLessThan(matchText('Go to Frames', 'fr')!.score);
    expect(matchText('Go to Frames', 'fr')!.score).toBeLessThan(matchText('Open the afraid', 'fr')!.score);
  });
});
