import type { Point } from '../scaling.ts';
import { median } from '../slices.ts';

const WIDTH = 720;
const HEIGHT = 300;
const MARGIN = { left: 64, right: 24, top: 40, bottom: 48 };

/** A round number at or above it: 1, 2 or 5 times a power of ten. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
};

const text = (x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string): string => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
const line = (className: string, x1: number, y1: number, x2: number, y2: number): string => `<line class="${className}" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;

/** One point a size; a size that ran twice stands for its median. */
const bySize = (points: readonly Point[]): { readonly instances: number; readonly cpuMicros: number }[] =>
  [...Map.groupBy(points, ({ instances }) => instances)].map(([instances, some]) => ({ instances, cpuMicros: median(some.map(({ cpuMicros }) => cpuMicros)) })).sort((a, b) => a.instances - b.instances);

const STYLE = `text{font:13px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}.curve{stroke:#0b6e4f;stroke-width:2.5;fill:none}circle{fill:#0b6e4f}
@media (prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.curve{stroke:#5fd3a5}circle{fill:#5fd3a5}}`;

/** CPU time an instance over how many came at once, as an SVG document that suits light and dark pages. */
export const scalingPicture = (points: readonly Point[]): string => {
  const sizes = bySize(points);
  const top = roundUp(Math.max(...sizes.map(({ cpuMicros }) => cpuMicros)));
  const [least, most] = [Math.min(...sizes.map(({ instances }) => instances)), Math.max(...sizes.map(({ instances }) => instances))];
  const across = WIDTH - MARGIN.left - MARGIN.right;
  const down = HEIGHT - MARGIN.top - MARGIN.bottom;
  const x = (instances: number): number => MARGIN.left + (across * Math.log(instances / least)) / Math.log(most / least);
  const y = (micros: number): number => MARGIN.top + down * (1 - micros / top);
  const steps = [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
  const curve = sizes.map(({ instances, cpuMicros }) => `${x(instances).toFixed(1)},${y(cpuMicros).toFixed(1)}`).join(' ');
  const title = 'CPU time an instance, in microseconds, by how many instances one event names';
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style>`,
    text(MARGIN.left, 20, 'start', title),
    ...steps.flatMap((micros) => [line('grid', MARGIN.left, y(micros), WIDTH - MARGIN.right, y(micros)), text(MARGIN.left - 8, y(micros) + 4, 'end', micros.toLocaleString('en'))]),
    `<polyline class="curve" points="${curve}"/>`,
    ...sizes.flatMap(({ instances, cpuMicros }) => [
      `<circle cx="${x(instances).toFixed(1)}" cy="${y(cpuMicros).toFixed(1)}" r="4"/>`,
      text(x(instances), y(cpuMicros) - 10, 'middle', Math.round(cpuMicros).toLocaleString('en')),
      text(x(instances), HEIGHT - MARGIN.bottom + 20, 'middle', instances.toLocaleString('en')),
    ]),
    text(MARGIN.left + across / 2, HEIGHT - 8, 'middle', 'instances (logarithmic)'),
    '</svg>',
  ].join('\n')}\n`;
};
