/**
 * The picture, video or sound of a panel on its way: by tus as models go, so that a long film outlives a broken connection and a slow
 * one, and tells how much of it was sent.
 */
import { DetailedError, Upload } from 'tus-js-client';
import { ownHeaders, Refused, type FieldProblem } from '../net/account';
import { ApiError } from '../net/api';
import { CHUNK_BYTES, ENDPOINT } from './uploads';

/** Waits between tries where nothing gets through. */
const RETRY_MS = [0, 1_000, 3_000, 8_000, 15_000, 30_000];

/** The name of the object that it became. Throws Refused, or ApiError `unreachable`. */
export function sendPanelFile(booth: string, file: File, onSent: (bytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    new Upload(file, {
      endpoint: ENDPOINT, chunkSize: CHUNK_BYTES, retryDelays: RETRY_MS, storeFingerprintForResuming: false,
      metadata: { filename: file.name, booth, purpose: 'panel' },
      onBeforeRequest: (request) => {
        for (const [header, value] of Object.entries(ownHeaders())) request.setHeader(header, value);
      },
      onProgress: onSent,
      onSuccess: ({ lastResponse }) => {
        const object = lastResponse.getHeader('Yuanzhan-Object');
        if (object) resolve(object);
        else reject(new ApiError('unreachable', 'the server did not say what the file became'));
      },
      onError: (error) => reject(refusalOf(error)),
    }).start();
  });
}

function refusalOf(error: Error): ApiError {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer || answer.getStatus() >= 500) return new ApiError('unreachable', String(error));
  const status = answer.getStatus();
  try {
    const { code = '', message = '', problems = [] } = (JSON.parse(answer.getBody()) as { error: { code?: string; message?: string; problems?: FieldProblem[] } }).error;
    return new Refused(code, message, status, problems);
  } catch {
    return new Refused(`http_${status}`, String(error), status, []);
  }
}
