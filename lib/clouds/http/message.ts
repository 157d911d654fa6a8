/** What goes out: `path` carries its query, both already percent-encoded, because the signature covers them as they stand. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What came back, whatever its status; only classify makes a verdict of it. */
export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** A header by its name in lower case, "" where there is none; one given several times is joined with ", ". */
  readonly header: (name: string) => string;
  /** null when the body was larger than the cap. */
  readonly body: string | null;
}

/** No reply. `not-sent`: not one byte of the request left; `lost`: it may have been carried out. */
export interface HttpFault {
  readonly kind: 'fault';
  readonly reach: 'not-sent' | 'lost';
  /** A word of ours, never the text of the error: that can quote headers. */
  readonly code: string;
}

/** What came of one request; sending never rejects. */
export type HttpOutcome = HttpReply | HttpFault;
