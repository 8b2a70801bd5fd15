import { StreamLanguage } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const words = new Set(
  'group trigger when severity guideline fixture fires silent exists where and or not in within count sum avg min max any track'.split(' '),
);

/** Colours only: what the text means is said by the host (`triggers.check`, `triggers.complete`). */
export const triggerLanguage = StreamLanguage.define<null>({
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^\d+(?:\.\d+)?(?:px2|px|ms|s|%)?/)) return 'number';
    const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
    if (word !== null && word !== true && word !== false)
      return words.has(word[0]) ? 'keyword' : /^\(/.test(stream.string.slice(stream.pos)) ? 'function' : 'name';
    stream.next();
    return null;
  },
  tokenTable: { function: tags.function(tags.variableName), name: tags.variableName },
});
