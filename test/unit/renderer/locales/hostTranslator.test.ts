import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type HostTexts, hostTranslator } from '../../../../renderer/locales/hostTranslator.ts';

const folder = new URL('../../../../renderer/locales/host/ko/', import.meta.url);
const korean: HostTexts = Object.assign(
  {},
  ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as HostTexts),
) as HostTexts;

describe('sentences of the host in another language', () => {
  const translate = hostTranslator({
    'It is empty.': '비어 있다.',
    'The list is damaged: {0}.': '목록이 손상됨: {0}.',
    'a comma is missing': '쉼표 없음',
    '{0} is {1}.': '{0} = {1}.',
    '{0} is damaged.': '{0} 손상.',
    'Between {0} and {0}.': '{0}~{0}.',
    'Expected {0}.': '필요: {0}.',
    'Expected {0}. Nearest: {1}.': '필요: {0}. 비슷: {1}.',
    'Line {0}: {1}': '{0}행: {1}',
  });

  test('what was filled in is taken over, and translated where the host wrote it', () => {
    expect(translate('It is empty.')).toBe('비어 있다.');
    expect(translate('The list is damaged: a comma is missing.')).toBe('목록이 손상됨: 쉼표 없음.');
    expect(translate('The list is damaged: (a+b)*.')).toBe('목록이 손상됨: (a+b)*.');
  });

  test('the template that says most itself wins, and the same value twice is the same', () => {
    expect(translate('A box is damaged.')).toBe('A box 손상.');
    expect(translate('A box is 5.')).toBe('A box = 5.');
    expect(translate('Between a and a.')).toBe('a~a.');
    expect(translate('Between a and b.')).toBe('Between a and b.');
  });

  test('sentences that follow each other are translated one by one, the longest known run first', () => {
    expect(translate('It is empty. Expected x. Nearest: y.')).toBe('비어 있다. 필요: x. 비슷: y.');
    expect(translate('It is empty. Nobody knows this. Expected x.')).toBe('비어 있다. Nobody knows this. 필요: x.');
    expect(translate('Line 3: It is empty. Expected x.')).toBe('3행: 비어 있다. 필요: x.');
  });

  test('what has no translation stays, and so does what was translated before', () => {
    expect(translate('Nobody knows this.')).toBe('Nobody knows this.');
    expect(translate(translate('The list is damaged: a comma is missing.'))).toBe('목록이 손상됨: 쉼표 없음.');
    expect(translate('')).toBe('');
  });
});

test.each([
  ['No GPU with a WebGPU driver (Vulkan, Metal or Direct3D 12) was found. (no adapter)', /^WebGPU 드라이버.*\(no adapter\)$/],
  [
    'Line 6, column 18: bicyclxe is not a category or a group. Expected a category, a group, any or track(…). Nearest: bicycle.',
    /^6행 18열: bicyclxe은\(는\) .*any 또는 track\(…\)\. 가장 가까운 것: bicycle\.$/,
  ],
  [
    'This model is not recognised. There is more than one image input. A card file can describe it (family, input, categories).',
    /이미지 입력이 둘 이상입니다/,
  ],
  [
    'This dataset is open in the Hardcase app (process 12, since 2026-12-01 10:00). Close it there to open it here.',
    /^이 데이터셋은 Hardcase 앱\(프로세스 12, 2026-12-01 10:00부터\)/,
  ],
  ['“output” is [1, 3549, 85]: 3549 rows of 85 numbers.', /^“output”은\(는\) \[1, 3549, 85\]입니다\. 수 85개로 된 행 3549개입니다\.$/],
  // A phrase made a sentence; a name that is a word of the host, too.
  ['scores and boxes before NMS.', 'NMS 전의 점수와 박스.'],
  ['“boxes” takes the size of the image.', '“boxes”은(는) 이미지 크기를 받습니다.'],
  ['The path of an image is not taken: the path is absolute.', '이미지 경로를 쓸 수 없습니다: 절대 경로입니다.'],
])('in Korean: %s', (english, expected) => {
  expect(hostTranslator(korean)(english)).toMatch(expected);
});

test('a reason with a colon inside stays whole behind the sentence that it is the reason of', () => {
  const translate = hostTranslator({
    'It was not read. {0}': '읽지 않았습니다. {0}',
    'It ends too early: a part of it is missing.': '일부가 빠져 있습니다.',
    '{0} of {1}': '{1}의 {0}',
  });
  expect(translate('It was not read. It ends too early: a part of it is missing.')).toBe('읽지 않았습니다. 일부가 빠져 있습니다.');
});
