/**
 * Who is signed in, and requests in their name: the session is a cookie that scripts cannot read, and what changes something carries
 * the value against forged requests that /api/me gave.
 */
import { lang, LANG_TAG } from '../text/catalogue';
import { ApiError, type Bilingual } from './api';

export interface Account {
  id: string;
  login: string;
  name: string;
  role: string;
  organisation: { id: string; name: string } | null;
}

export interface Me {
  account: Account;
  csrf: string;
  permissions: string[];
  /** The server asks staff for a second factor, and this account has none yet: until then it may only look after itself. */
  second_factor_needed: boolean;
  /** Without one an account is signed in to by a provider alone. */
  password: boolean;
}

export const CSRF_HEADER = 'X-Yuanzhan-CSRF';
const TIMEOUT_MS = 60_000;
const SAFE = new Set(['GET', 'HEAD']);

let csrf = '';

/** What one field of a request got wrong: a JSON pointer into what was sent. */
export interface FieldProblem {
  pointer: string;
  message: Bilingual | string;
}

/** A refusal with what the server says of single fields. */
export class Refused extends ApiError {
  constructor(code: string, message: string, readonly status: number, readonly problems: readonly FieldProblem[]) {
    super(code, message);
  }
}

let asking: Promise<Me | null> | null = null;

/**
 * `null`: nobody is signed in. Throws ApiError for anything else.
 *
 * A page and its head ask at the same time: whoever asks while an answer is on its way gets that one.
 */
export function fetchMe(): Promise<Me | null> {
  asking ??= askMe().finally(() => { asking = null; });
  return asking;
}

async function askMe(): Promise<Me | null> {
  try {
    const me = await send<Me>('GET', '/api/me');
    csrf = me.csrf;
    return me;
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return null;
    throw error;
  }
}

/** What requests carry that change something; refusals come in the page's language. */
export const ownHeaders = (): Record<string, string> => ({ [CSRF_HEADER]: csrf, 'Accept-Language': LANG_TAG[lang()] });

export const signInAddress = (): string => `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;

/** A request whose body and answer are JSON; a Blob is sent as it is. Throws Refused, or ApiError `unreachable`. */
export async function send<Body>(method: string, url: string, body?: unknown): Promise<Body> {
  const headers = ownHeaders();
  if (SAFE.has(method)) delete headers[CSRF_HEADER];
  if (body !== undefined && !(body instanceof Blob)) headers['Content-Type'] = 'application/json';
  const payload = body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(url, { method, headers, body: payload, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new ApiError('unreachable', String(error));
  }
  if (!response.ok) throw await refusalOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Body;
}

type ErrorBody = { error?: { code?: string; message?: string; problems?: FieldProblem[] } };

async function refusalOf(response: Response): Promise<Refused> {
  let error: ErrorBody['error'];
  try {
    error = ((await response.json()) as ErrorBody).error;
  } catch {
    // A proxy's page, or nothing: the status says enough.
  }
  return new Refused(error?.code ?? `http_${response.status}`, error?.message ?? response.statusText, response.status, error?.problems ?? []);
}
