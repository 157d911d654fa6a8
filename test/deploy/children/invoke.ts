import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// Invokes one packaged handler as Lambda's runtime does: its module, an event, and how much time is left. What it prints
// is its log; its reply goes to a file.
const [bundle = '', event = '', reply = '', leftMs = ''] = process.argv.slice(2);

const { handler }: { handler: (event: unknown, context: unknown) => Promise<unknown> } = await import(pathToFileURL(bundle).href);
const answered = await handler(JSON.parse(readFileSync(event, 'utf8')), { getRemainingTimeInMillis: () => Number(leftMs) });
writeFileSync(reply, JSON.stringify(answered ?? null));
// Lambda freezes a runtime that has replied; connections kept alive would hold this one open.
process.exit(0);
