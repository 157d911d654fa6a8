import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudsAt, NAME, noDeadline, PROJECT, REGION, valueOf } from './clients.ts';
import { json, startCloud } from './loopback-cloud.ts';
import type { Answering, Canned, LoopbackCloud, Received } from './loopback-cloud.ts';
import type { Answer } from '../../lib/ports/clouds.ts';
import type { CsmsSecret } from '../../lib/saga/seen.ts';

let cloud: LoopbackCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

/** A client of its own each time: what limit the service takes is remembered. */
const list = async (answering: Answering): Promise<Answer<readonly CsmsSecret[]>> => {
  cloud.answer(answering);
  const clouds = cloudsAt(cloud.endpoint);
  const answer = await clouds.csmsReader(REGION, PROJECT).list(noDeadline());
  await clouds.close();
  return answer;
};

const row = (name: string) => ({ id: `id-${name}`, name, state: 'ENABLED', create_time: 1_581_507_580_000 });
const page = (names: readonly string[], next?: string | null): Canned => json(200, { secrets: names.map(row), page_info: { current_count: names.length, ...(next === undefined ? {} : { next_marker: next }) } });
const names = (answer: Answer<readonly CsmsSecret[]>): readonly string[] => valueOf(answer).map((secret) => secret.name);
const queryOf = ({ url }: Received): URLSearchParams => new URL(url, 'http://cloud').searchParams;

const ALL = Array.from({ length: 2_345 }, (_, index) => `secret-${String(index).padStart(4, '0')}`);

/** A service that takes limits up to `most` and starts after the marker. */
const serve =
  (all: readonly string[], most: number, last: null | '' | undefined): Answering =>
  (request) => {
    const query = queryOf(request);
    const limit = Number(query.get('limit'));
    if (limit > most) return json(400, { error_code: 'CSMS.0002', error_msg: 'The value of parameter is invalid.' });
    const start = all.indexOf(query.get('marker') ?? '') + 1;
    const found = all.slice(start, start + limit);
    return page(found, start + limit < all.length ? found.at(-1) : last);
  };

describe('a list', () => {
  it.each<[string, null | '' | undefined]>([
    ['null', null],
    ['blank', ''],
    ['absent', undefined],
  ])('ends on a %s marker', async (_, last) => {
    const answer = await list(serve(ALL, 1_000, last));
    expect(names(answer)).toEqual(ALL);
    expect(answer.requests).toBe(3);
  });

  it('waits before each page but the first for whatever it is told to', async () => {
    cloud.answer(serve(ALL, 1_000, null));
    const clouds = cloudsAt(cloud.endpoint);
    const receivedBefore: number[] = [];
    const beforePage = async (): Promise<void> => void receivedBefore.push(cloud.received.length);
    const answer = await clouds.csmsReader(REGION, PROJECT).list({ ...noDeadline(), beforePage });
    await clouds.close();
    expect(names(answer)).toEqual(ALL);
    expect(receivedBefore).toEqual([1, 2]);
  });

  it('may be empty', async () => {
    expect(names(await list(() => page([])))).toEqual([]);
  });

  it('ends on an empty page after the last marker', async () => {
    expect(names(await list((_, nth) => (nth === 0 ? page(['a'], 'a') : page([]))))).toEqual(['a']);
  });

  it.each([
    [1_000, ['1000']],
    [100, ['1000', '100']],
    [50, ['1000', '100', '50']],
  ])('falls to what the service takes: at most %d', async (most, limits) => {
    const answer = await list(serve(ALL.slice(0, 30), most, null));
    expect(names(answer)).toHaveLength(30);
    expect(cloud.received.map((request) => queryOf(request).get('limit'))).toEqual(limits);
    expect(answer.requests).toBe(limits.length);
  });

  it('falls to smaller pages where one of the largest is over the cap: descriptions may be long, and a gateway may escape them', async () => {
    const all = ALL.slice(0, 1_000);
    const description = '\\u6f22'.repeat(2_048);
    const long = (request: Received): Canned => {
      const canned = serve(all, 1_000, null)(request, 0);
      return { ...canned, body: String(canned.body).replaceAll('"state"', `"description":"${description}","state"`) };
    };
    const answer = await list(long);
    expect(names(answer)).toEqual(all);
    expect(cloud.received.map((request) => queryOf(request).get('limit'))).toEqual(['1000', ...Array.from({ length: 10 }, () => '100')]);
    expect(answer.requests).toBe(11);
  });

  it('of as many secrets as a project may have is read in the smallest pages too', async () => {
    const all = Array.from({ length: 5_000 }, (_, index) => `s-${String(index)}`);
    expect(names(await list(serve(all, 50, null)))).toEqual(all);
  });

  it('remembers the limit that was taken', async () => {
    cloud.answer(serve(ALL.slice(0, 3), 100, null));
    const clouds = cloudsAt(cloud.endpoint);
    await clouds.csmsReader(REGION, PROJECT).list(noDeadline());
    const second = await clouds.csmsReader(REGION, PROJECT).list(noDeadline());
    await clouds.close();
    expect(second.requests).toBe(1);
  });

  it('finds the limit for each of many lists at once', async () => {
    cloud.answer(serve(ALL.slice(0, 3), 100, null));
    const clouds = cloudsAt(cloud.endpoint);
    const answers = await Promise.all(Array.from({ length: 5 }, () => clouds.csmsReader(REGION, PROJECT).list(noDeadline())));
    await clouds.close();
    expect(answers.map((answer) => [names(answer).length, answer.requests])).toEqual(Array.from({ length: 5 }, () => [3, 2]));
  });

  it('is terminal when the service takes no limit at all', async () => {
    expect(await list(serve(ALL, 10, null))).toEqual({ verdict: { kind: 'terminal', code: 'CSMS.0002' }, requests: 3 });
  });

  it('H46: hides no secret behind another of the same id, as one page of another’s rows would', async () => {
    const twins = ['a', 'b'].map((name) => ({ ...row(name), id: 'the-same' }));
    expect(names(await list(() => json(200, { secrets: twins, page_info: { current_count: 2, next_marker: null } })))).toEqual(['a', 'b']);
  });

  it('is complete whatever the pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_.!~*' -]{1,12}$/), { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), async (all, size) => {
        const answer = await list((request) => {
          const start = all.indexOf(queryOf(request).get('marker') ?? '') + 1;
          return page(all.slice(start, start + size), start + size < all.length ? all[start + size - 1] : null);
        });
        expect(names(answer)).toEqual(all);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('gives versions too, without a value', async () => {
    cloud.answer(() =>
      json(200, { version_metadatas: [{ id: 'v1', create_time: 1_581_507_580_000, version_stages: ['SYSCURRENT'], secret_string: 'x' }], page_info: { next_marker: null, current_count: 1 } }),
    );
    const clouds = cloudsAt(cloud.endpoint);
    expect(valueOf(await clouds.csmsReader(REGION, PROJECT).listVersions(NAME, noDeadline()))).toEqual([{ versionId: 'v1', createTime: 1_581_507_580_000, stages: ['SYSCURRENT'] }]);
    await clouds.close();
  });
});

describe('H46: a list that is not whole', () => {
  it.each<[string, Answering, string]>([
    ['its marker repeats', (_, nth) => page([`s${String(nth)}`], 'same'), 'marker-repeated'],
    ['its marker is ignored', () => page(['a', 'b'], 'b'), 'marker-ignored'],
    ['a page with a marker is empty', () => page([], 'more'), 'empty-page'],
    ['it never ends', (_, nth) => page([`s${String(nth)}`], `s${String(nth)}`), 'endless-list'],
    ['its marker is refused', (_, nth) => (nth === 0 ? page(['a'], 'a') : json(400, { error_code: 'CSMS.0002' })), 'marker-refused'],
    ['a page counts differently', () => json(200, { secrets: [row('a')], page_info: { current_count: 2, next_marker: null } }), 'unreadable-body'],
    ['a page has no page_info', () => json(200, { secrets: [row('a')] }), 'unreadable-body'],
    ['a page has no secrets', () => json(200, { page_info: { current_count: 0 } }), 'unreadable-body'],
    ['a row cannot be read', () => json(200, { secrets: [row('a'), { name: 'b' }], page_info: {} }), 'unreadable-body'],
    ['a marker is no text', () => json(200, { secrets: [row('a')], page_info: { next_marker: 7 } }), 'unreadable-body'],
    ['a page is HTML', () => ({ status: 200, body: '<html></html>' }), 'unreadable-body'],
    ['a page is empty', () => ({ status: 200, body: '' }), 'unreadable-body'],
  ])('is unknown: %s', async (_, answering, code) => {
    const answer = await list(answering);
    expect(answer.verdict).toEqual({ kind: 'unknown', code });
    expect(answer).not.toHaveProperty('value');
  });

  it('is unknown at the first row that cannot be read, however many: nothing interrupts the reading, and the deadline would be over', async () => {
    const started = performance.now();
    const answer = await list(() => ({ status: 200, body: `{"secrets":[${'{},'.repeat(1_000_000)}{}],"page_info":{}}` }));
    expect(answer.verdict).toEqual({ kind: 'unknown', code: 'unreadable-body' });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each<[string, Canned, string]>([
    ['throttled', json(429, { error_code: 'APIGW.0308' }), 'throttled'],
    ['broken', { status: 502, body: '<html></html>' }, 'retryable'],
    ['forbidden', json(403, { error_code: 'APIGW.0302' }), 'terminal'],
  ])('fails with its second page: %s', async (_, second, kind) => {
    const answer = await list((_request, nth) => (nth === 0 ? page(['a'], 'a') : second));
    expect(answer.verdict.kind).toBe(kind);
    expect(answer.requests).toBe(2);
  });
});
