/**
 * Korean particles after what was filled in. Texts write both forms, `{{name}}을(를)`; here the one that fits is kept, by how the
 * word before is read aloud:
 *
 * - a Hangul syllable: whether it has a final consonant (`(으)로` takes 로 after none and after ㄹ);
 * - a digit as it is read in Korean (1 일, 2 이, 10 십 …); `%` is 퍼센트, `px` is 픽셀, `°` is 도;
 * - Latin capitals and single letters by the letter's name: L 엘, M 엠, N 엔 and R 알 end in a consonant, the others do not;
 * - another Latin word by its ending: l, le, m, n, ng, a silent e after m or n (frame, phone), ck, and c, k, p, t, b after a single
 *   vowel (cat, cup) end in a consonant; all others do not (car, bus, boat, bike).
 *
 * Closing quotation marks, brackets and tags are passed over. Where nothing is known of the word, both forms stay.
 */
export function withParticles(text: string): string {
  return text.includes('(') ? text.replaceAll(pairs, choose) : text;
}

type Final = 'none' | 'rieul' | 'other';

const pairs = /이\(가\)|은\(는\)|을\(를\)|과\(와\)|와\(과\)|\(으\)로|\(이\)/g;
const forms: { readonly [pair: string]: readonly [afterConsonant: string, afterVowel: string] } = {
  '이(가)': ['이', '가'],
  '은(는)': ['은', '는'],
  '을(를)': ['을', '를'],
  '과(와)': ['과', '와'],
  '와(과)': ['과', '와'],
  '(으)로': ['으로', '로'],
  '(이)': ['이', ''],
};

function choose(pair: string, at: number, text: string): string {
  const final = finalOf(text.slice(0, at).replace(/(?:["'”’»)\]}」』*]|<\/?\w+\/?>)+$/, ''));
  const form = forms[pair];
  if (final === null || form === undefined) return pair;
  const vowel = final === 'none' || (final === 'rieul' && pair === '(으)로');
  return form[vowel ? 1 : 0];
}

/** Of 영, 일, 이, 삼 … 구; a number that ends in 0 ends in 십, 백, 천, 만, or is 영. */
const digits: readonly Final[] = ['other', 'rieul', 'none', 'other', 'none', 'none', 'other', 'rieul', 'rieul', 'none'];

/** Where ㄹ stands among the 28 ends that a syllable of Hangul can have. */
const rieul = 8;

/** How the last word of a text ends when read aloud; null where nobody can say. */
function finalOf(text: string): Final | null {
  const last = text.at(-1);
  if (last === undefined) return null;
  const syllable = last.charCodeAt(0) - 0xac00;
  if (syllable >= 0 && syllable < 11_172) return syllable % 28 === 0 ? 'none' : syllable % 28 === rieul ? 'rieul' : 'other';
  if (/\d/.test(last)) return digits[Number(last)] ?? null;
  if (last === '%' || last === '°') return 'none';
  const word = /[a-z]+$/i.exec(text)?.[0];
  return word === undefined ? null : latinFinal(word);
}

function latinFinal(word: string): Final {
  const lower = word.toLowerCase();
  if (word.length === 1 || word === word.toUpperCase()) {
    if (/[lr]$/.test(lower)) return 'rieul';
    return /[mn]$/.test(lower) ? 'other' : 'none';
  }
  if (lower === 'px' || /le?$/.test(lower)) return 'rieul';
  return /(?:[mn]|ng|[aeiouy][mn]e|ck|(?:^|[^aeiou])[aeiou][ckptb])$/.test(lower) ? 'other' : 'none';
}
