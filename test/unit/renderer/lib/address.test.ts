import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datasetViews, formatAddress, home, parseAddress } from '../../../../renderer/lib/address.ts';

describe('addresses', () => {
  test('the addresses of the documentation are read', () => {
    expect([
      parseAddress('#/'),
      parseAddress(''),
      parseAddress('#/d/0198/frames?query=bicycle+%26+car+where+ioa+%3E+0.6'),
      parseAddress('#/d/0198/label?frame=cam%2F000123.jpg&queue=7&box=9'),
      parseAddress('#/d/0198/triggers'),
      parseAddress('#/d/0198'),
      parseAddress('#/settings'),
    ]).toEqual([
      home,
      home,
      { view: 'frames', dataset: '0198', params: { query: 'bicycle & car where ioa > 0.6' } },
      { view: 'label', dataset: '0198', params: { frame: 'cam/000123.jpg', queue: '7', box: '9' } },
      { view: 'triggers', dataset: '0198', params: {} },
      { view: 'frames', dataset: '0198', params: {} },
      { view: 'settings', dataset: null, params: {} },
    ]);
  });

  test('what is no address of ours is Home', () => {
    for (const hash of ['#/nowhere', '#/d', '#/d/x/unknown', '#/d/x/frames/more', '#/d/%E0%A4%A/frames', '#token=abc'])
      expect(parseAddress(hash)).toEqual(home);
  });

  test('every address is read back as it was written', () => {
    const name = fc.string({ minLength: 1, maxLength: 12 });
    const params = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), name);
    fc.assert(
      fc.property(fc.constantFrom(...datasetViews), name, params, (view, dataset, given) => {
        const address = { view, dataset, params: { ...given } };
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test('an empty parameter is not written', () => {
    expect(formatAddress({ view: 'frames', dataset: 'a b', params: { query: '', order: 'name' } })).toBe('#/d/a%20b/frames?order=name');
  });
});
