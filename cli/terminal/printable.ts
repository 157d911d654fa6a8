const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

/** Text from files and command lines as a terminal may safely be given it: what it would obey or turn around is shown as its code (H7). */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escaped);

/** JSON text made safe in the same way and still the same document: its only bare line breaks are those between its lines. */
export const printableJson = (json: string): string => json.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escaped);
