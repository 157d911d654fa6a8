import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack } from '../../lib/adapters/aws/pack.ts';
import { partitionOf } from '../../lib/adapters/aws/table.ts';

const SAID = '{"v":1,"facts":[{"type":"Opened","at":1795642778197},{"type":"Settled","state":"gone","reason":null,"at":1795642778462}],"hash":"","sealed":null,"lease":null}';

it('what stands in a table since the first release can still be read', () => {
  expect(unpack(Buffer.from('I65cNzS3NDUzMTI3tzC0NCfPQQgjTMyMiHUdAA==', 'base64'))).toBe(SAID);
});

it('what stands in a table since the first release is looked for where it stands', () => {
  expect([partitionOf('saga', 'huawei:cn-north-4:0123456789abcdef0123456789abcdef:RDS:2bd6b0f9e8d34bb7a7b5c8e6b5f1d3a7in01#1'), partitionOf('controls', 'controls'), partitionOf('parked', 'm-1')]).toEqual(['saga#1', 'controls#7', 'parked#4']);
});

it('whatever a body says comes back the same, character for character', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.json()), (body) => {
      expect(unpack(pack(body))).toBe(body);
    }),
    { seed: 20261125, numRuns: 500 },
  );
});
