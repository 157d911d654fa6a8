import { json } from './loopback-cloud.ts';
import type { Canned } from './loopback-cloud.ts';

/** What SAE and its gateway answer, in every envelope they use (contracts/alibaba-sae.md, section 3.2). */

export const gateway = (status: number, Code: string, Message = 'words'): Canned => json(status, { RequestId: 'R', HostId: 'sae', Code, Message, Recommend: 'https://…' });
export const service = (fields: Readonly<Record<string, unknown>>): Canned => json(200, { RequestId: 'R', TraceId: 'T', Message: 'success', Code: '200', Success: true, ...fields });
export const refusedBy200 = (ErrorCode: string, Message = 'words'): Canned => service({ Code: '400', ErrorCode, Message, Success: false });
export const xml = (status: number, code: string, message = 'words'): Canned => ({
  status,
  headers: { 'content-type': 'text/xml;charset=utf-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><RequestId>R</RequestId><HostId>sae</HostId><Code>${code}</Code><Message>${message}</Message></Error>`,
});
export const lowerCase = (status: number, code: string): Canned => json(status, { requestId: 'R', code, message: 'words' });
