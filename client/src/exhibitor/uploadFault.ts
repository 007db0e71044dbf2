/** What it means that the server did not take an upload: whether it is worth trying again, how soon, and the server's own words. */
import { DetailedError } from 'tus-js-client';
import type { FieldProblem } from '../net/account';

export type UploadFault = {
  /**
   * `signed-out`: the session ended. `lost`: nothing got through, or somebody else's write came first; trying again is all there is to do.
   * `gone`: the server forgot this upload. `waiting`: the server takes nothing now (its disk is full, too many uploads are on their way).
   * `refused`: it never will.
   */
  readonly kind: 'signed-out' | 'lost' | 'gone' | 'waiting' | 'refused';
  readonly status: number;
  readonly code: string;
  /** In the language of the request; empty where it said nothing, as to a HEAD. */
  readonly words: string;
  readonly problems: readonly FieldProblem[];
  /** When the server wants to be asked again; 0 where it does not say. */
  readonly after_s: number;
};

/** Answers of proxies in front of a server that is not there. */
const NOBODY_THERE = new Set([502, 504]);
const GONE = new Set([404, 410]);
/** What passes by itself or by somebody's doing: a file that is written elsewhere, too many uploads, and faults of the server. */
const passes = (status: number): boolean => status === 423 || status === 429 || status >= 500;
/** Where to go on is asked for before each try. */
const OFFSET_WRONG = 'upload_offset_wrong';
const NO_SUCH_UPLOAD = 'no_such_upload';

export function faultOf(error: Error): UploadFault {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  const status = answer?.getStatus() ?? 0;
  const { code = '', message = '', problems = [] } = toldBy(answer?.getBody() ?? '');
  const after_s = Number(answer?.getHeader('Retry-After') ?? 0) || 0;
  return { kind: kindOf(status, code), status, code, words: message, problems, after_s };
}

function kindOf(status: number, code: string): UploadFault['kind'] {
  if (status === 401) return 'signed-out';
  if (code === OFFSET_WRONG || NOBODY_THERE.has(status)) return 'lost';
  if (passes(status)) return 'waiting';
  // A question where to go on (HEAD) is answered without words.
  if (GONE.has(status) && (!code || code === NO_SUCH_UPLOAD)) return 'gone';
  return status >= 400 && status < 500 ? 'refused' : 'lost';
}

type Told = { code?: string; message?: string; problems?: FieldProblem[] };

function toldBy(body: string): Told {
  try {
    return (JSON.parse(body) as { error?: Told }).error ?? {};
  } catch {
    return {};
  }
}
