/**
 * The picture, video or sound of a panel on its way: by tus as models go, so that a long film outlives a broken connection and a slow
 * one, and tells how much of it was sent.
 */
import { Upload } from 'tus-js-client';
import { ownHeaders, Refused } from '../net/account';
import { ApiError } from '../net/api';
import { faultOf } from './uploadFault';
import { beginAnew, CHUNK_BYTES, ENDPOINT, onlyGoOn } from './uploads';

/** Waits between tries where nothing gets through. */
const RETRY_MS = [0, 1_000, 3_000, 8_000, 15_000, 30_000];

export class PanelFile {
  readonly #upload: Upload;
  #mayGoOn = true;

  constructor(booth: string, readonly file: File, onSent: (bytes: number) => void, private readonly endpoint = ENDPOINT) {
    this.#upload = new Upload(file, {
      endpoint, chunkSize: CHUNK_BYTES, retryDelays: RETRY_MS, storeFingerprintForResuming: false,
      // A server that is short of something says so at once: somebody tries again when that is mended.
      onShouldRetry: (error) => faultOf(error).kind === 'lost',
      metadata: { filename: file.name, booth, purpose: 'panel' },
      onBeforeRequest: (request) => {
        for (const [header, value] of Object.entries(ownHeaders())) request.setHeader(header, value);
      },
      onUploadUrlAvailable: () => onlyGoOn(this.#upload),
      onProgress: onSent,
    });
  }

  /** After `send` failed: whether it may be called again, to go on where it was. */
  get mayGoOn(): boolean {
    return this.#mayGoOn;
  }

  /** The name of the object that it became. Throws Refused with the server's words, or ApiError `unreachable`. */
  send(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#upload.options.onSuccess = ({ lastResponse }) => {
        const object = lastResponse.getHeader('Yuanzhan-Object');
        if (object) resolve(object);
        else reject(new ApiError('unreachable', 'the server did not say what the file became'));
      };
      this.#upload.options.onError = (error) => {
        const { kind, code, words, status, problems } = faultOf(error);
        this.#mayGoOn = kind !== 'refused';
        if (kind === 'gone') beginAnew(this.#upload, this.endpoint);
        reject(words ? new Refused(code, words, status, problems) : new ApiError('unreachable', String(error)));
      };
      this.#upload.start();
    });
  }

  /** Has the server forget what it got of it. */
  forget(): void {
    void this.#upload.abort(true).catch(() => undefined);
  }
}
