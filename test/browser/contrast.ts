import type { Page } from 'playwright-core';

/** A piece of text and how strongly it stands out from what is behind it (WCAG 2.2, contrast ratio). */
export interface Contrast {
  readonly text: string;
  readonly ratio: number;
}

/** The contrast of every visible text and placeholder of a page, each shade once, the weakest first; computed by the browser from the colours it paints. */
export const contrasts = (page: Page): Promise<Contrast[]> =>
  page.evaluate<Contrast[]>(`(() => {
    const rgb = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = ([r, g, b]) => {
      const linear = [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
        if (colour[3] !== 0) throw new Error('a background that is half transparent cannot be judged');
      }
      return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
    };
    const shades = new Map();
    const note = (text, ink, paper) => {
      const [one, other] = [luminance(ink), luminance(paper)].sort((a, b) => b - a);
      shades.set(ink + ' on ' + paper, { text: text.trim().slice(0, 60), ratio: Math.round(((one + 0.05) / (other + 0.05)) * 100) / 100 });
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const element = node.parentElement;
      if (node.textContent.trim() === '' || !element.checkVisibility() || element.closest('script, style, .skip') !== null) continue;
      note(node.textContent, rgb(getComputedStyle(element).color), behind(element));
    }
    for (const input of document.querySelectorAll('input[placeholder]')) {
      note(input.placeholder, rgb(getComputedStyle(input, '::placeholder').color), behind(input));
    }
    return [...shades.values()].sort((a, b) => a.ratio - b.ratio);
  })()`);
