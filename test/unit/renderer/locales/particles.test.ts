import { describe, expect, test } from 'vitest';
import { withParticles } from '../../../../renderer/locales/particles.ts';

describe('Korean particles', () => {
  test.each([
    ['사람을(를)', '사람을'],
    ['자전거이(가)', '자전거가'],
    ['지하철(으)로', '지하철로'],
    ['트럭(으)로', '트럭으로'],
    ['버스(으)로', '버스로'],
    ['트럭은(는) 버스이(가) 아닙니다', '트럭은 버스가 아닙니다'],
    ['“승용차”과(와) “트럭”', '“승용차”와 “트럭”'],
    ['<b>사람</b>을(를)', '<b>사람</b>을'],
    ['수(개수)은(는)', '수(개수)는'],
    ['“지하철”(이)라고', '“지하철”이라고'],
    ['car(이)라고', 'car라고'],
  ])('%s is %s', (text, said) => expect(withParticles(text)).toBe(said));

  test.each([
    ['0이(가)', '0이'],
    ['1(으)로', '1로'],
    ['2을(를)', '2를'],
    ['13(으)로', '13으로'],
    ['1,000은(는)', '1,000은'],
    ['0.5이(가)', '0.5가'],
    ['80%은(는)', '80%는'],
    ['5px은(는)', '5px은'],
  ])('a number as it is read: %s is %s', (text, said) => expect(withParticles(text)).toBe(said));

  test.each([
    ['car을(를)', 'car를'],
    ['person을(를)', 'person을'],
    ['bicycle(으)로', 'bicycle로'],
    ['truck(으)로', 'truck으로'],
    ['bus은(는)', 'bus는'],
    ['airplane이(가)', 'airplane이'],
    ['boat이(가)', 'boat가'],
    ['fork이(가)', 'fork가'],
    ['traffic light이(가)', 'traffic light가'],
    ['cup을(를)', 'cup을'],
    ['ONNX을(를)', 'ONNX를'],
    ['SSL(으)로', 'SSL로'],
    ['PNG이(가)', 'PNG가'],
  ])('a Latin word by its ending, capitals by their letters: %s is %s', (text, said) => expect(withParticles(text)).toBe(said));

  test('keeps both forms where nobody can say how the word ends', () => {
    expect(withParticles('→을(를) — 이(가)')).toBe('→을(를) — 이(가)');
    expect(withParticles('을(를)')).toBe('을(를)');
  });
});
