/** A piece of a page, with the line it begins on. */
interface Piece {
  readonly line: number;
  readonly text: string;
}

export interface Block extends Piece {
  readonly language: string;
}

/** A page taken apart: what is code is no prose, so neither a link nor a heading. */
export interface Page {
  readonly path: string;
  readonly headings: readonly string[];
  readonly links: readonly Piece[];
  readonly spans: readonly Piece[];
  readonly blocks: readonly Block[];
}

/** Something that the page says and that is not so. */
export interface Fault {
  readonly line: number;
  readonly problem: string;
}

interface Lines {
  readonly prose: readonly Piece[];
  readonly blocks: readonly Block[];
}

/** Fences may stand indented, inside a list. */
const partLines = (text: string): Lines => {
  const prose: Piece[] = [];
  const blocks: Block[] = [];
  let open: { readonly language: string; readonly line: number; readonly lines: string[] } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*```(\S*)/.exec(line);
    if (open === null && fence === null) prose.push({ line: index + 1, text: line });
    else if (open === null) open = { language: fence?.[1] ?? '', line: index + 1, lines: [] };
    else if (fence === null) open.lines.push(line);
    else {
      blocks.push({ language: open.language, line: open.line, text: open.lines.join('\n') });
      open = null;
    }
  }
  return { prose, blocks };
};

const SPAN = /`([^`]+)`/g;
const LINK = /\]\(([^()\s]+)\)/g;

const found = (prose: readonly Piece[], pattern: RegExp): Piece[] => prose.flatMap(({ line, text }) => [...text.matchAll(pattern)].map(([, piece = '']) => ({ line, text: piece })));

export const takeApart = (path: string, text: string): Page => {
  const { prose, blocks } = partLines(text);
  const withoutCode = prose.map(({ line, text: words }) => ({ line, text: words.replaceAll(SPAN, '``') }));
  const headings = prose.flatMap(({ text: words }) => /^#+ +(.*?) *$/.exec(words)?.[1] ?? []);
  return { path, headings, links: found(withoutCode, LINK), spans: found(prose, SPAN), blocks };
};

/** How GitHub names a heading in a link: small letters, no punctuation, hyphens for spaces, a number behind one that came before. */
export const anchorsOf = ({ headings }: Page): ReadonlySet<string> => {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const name = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    let anchor = name;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${name}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
};
