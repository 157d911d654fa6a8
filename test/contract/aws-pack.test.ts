import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { pack, unpack } from '../../lib/adapters/aws/pack.ts';

const SAID = '{"v":1,"facts":[{"type":"Opened","at":1795642778197},{"type":"Settled","state":"gone","reason":null,"at":1795642778462}],"hash":"","sealed":null,"lease":null}';

it('what stands in a table since the first release can still be read', () => {
  expect(unpack(Buffer.from('I65cNzS3NDUzMTI3tzC0NCfPQQgjTMyMiHUdAA==', 'base64'))).toBe(SAID);
});

it('whatever a body says comes back the same, character for character', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.json()), (body) => {
      expect(unpack(pack(body))).toBe(body);
    }),
    { seed: 20261125, numRuns: 500 },
  );
});
