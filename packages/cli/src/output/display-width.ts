const ZERO = /^(\p{Mn}|\p{Me}|\p{Cf})$/u;
const WIDE =
  /^(\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])$/u;

const widthOf = (character: string): number => (ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** Columns that a text takes in a terminal. */
export const displayWidth = (text: string): number => {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
};

/** At most `columns` wide; what was cut is shown by `mark`. */
export const truncate = (text: string, columns: number, mark: string): string => {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = displayWidth(mark);
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) break;
    kept += character;
  }
  return kept + mark;
};
