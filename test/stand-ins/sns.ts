import { once } from 'node:events';
import { type ServerResponse, createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** What reached a topic. */
export interface Published {
  readonly topic: string;
  readonly subject: string | null;
  readonly message: string;
  /** The region the request was signed for. */
  readonly region: string;
}

/** How the service fails: a refusal by code, no reply to what it took, or a reply that names no message. */
export type Failure = { readonly status: number; readonly code: string } | 'reply lost' | 'no message id';

/** The one operation of SNS that is used, in its query protocol, on loopback. */
export interface SnsService {
  readonly endpoint: string;
  readonly published: readonly Published[];
  /** Fails every request from here on; null: works again. */
  fail(failure: Failure | null): void;
  close(): Promise<void>;
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const LARGEST_MESSAGE_BYTES = 262_144;
/** Letters, digits and signs of ASCII, begun by no blank, shorter than 100. */
const SUBJECT = /^[!-~][ -~]{0,98}$/;

const answer = (response: ServerResponse, status: number, xml: string): void => {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
};

const refuse = (response: ServerResponse, status: number, code: string): void =>
  answer(response, status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>refused</Message></Error><RequestId>r</RequestId></ErrorResponse>`);

/** Why SNS would not take a request; null when it would. */
const refusalOf = (topics: readonly string[], form: URLSearchParams): { readonly status: number; readonly code: string } | null => {
  const subject = form.get('Subject');
  const bytes = Buffer.byteLength(form.get('Message') ?? '');
  if (form.get('Action') !== 'Publish' || form.get('Version') !== '2010-03-31') return { status: 400, code: 'InvalidAction' };
  if (bytes === 0 || bytes > LARGEST_MESSAGE_BYTES || (subject !== null && !SUBJECT.test(subject))) return { status: 400, code: 'InvalidParameter' };
  return topics.includes(form.get('TopicArn') ?? '') ? null : { status: 404, code: 'NotFound' };
};

/** Stands in for SNS with these topics, by their ARNs. */
export const startSnsService = async (topics: readonly string[]): Promise<SnsService> => {
  const published: Published[] = [];
  let failure: Failure | null = null;
  const server = createServer((request, response) => {
    void (async () => {
      const form = new URLSearchParams(await text(request));
      const [, region] = /^AWS4-HMAC-SHA256 Credential=[^/]+\/[0-9]{8}\/([a-z0-9-]+)\/sns\/aws4_request,/.exec(request.headers.authorization ?? '') ?? [];
      if (region === undefined) return refuse(response, 403, 'IncompleteSignature');
      if (failure !== null && typeof failure === 'object') return refuse(response, failure.status, failure.code);
      const refusal = refusalOf(topics, form);
      if (refusal !== null) return refuse(response, refusal.status, refusal.code);
      published.push({ topic: form.get('TopicArn') ?? '', subject: form.get('Subject'), message: form.get('Message') ?? '', region });
      if (failure === 'reply lost') return void request.socket.destroy();
      const named = failure === 'no message id' ? '' : `<MessageId>message-${published.length}</MessageId>`;
      return answer(response, 200, `<PublishResponse xmlns="${NAMESPACE}"><PublishResult>${named}</PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>`);
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service listens on no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    published,
    fail: (next) => {
      failure = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
