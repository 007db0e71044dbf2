/** An exhibitor's own booth over HTTP: the one that is not published yet, and where it is to stand. */
import { ApiError, fetchAnswer, type Booth, type Transform } from './api';

/** As `booths` of a hall has them, and the hall. */
export type PreviewBooth = Booth & { hall: string; transform: Transform };

/** Throws ApiError: `not_signed_in`, `not_allowed`, `no_such_booth` ... */
export async function fetchPreview(id: string): Promise<PreviewBooth> {
  return (await (await fetchAnswer(`/api/booths/${encodeURIComponent(id)}/preview`)).json()) as PreviewBooth;
}

/** Stand the booth so: the rest of its dress stays. Throws ApiError. */
export async function saveTransform({ id, hall, slot, dress }: PreviewBooth, transform: Transform): Promise<void> {
  const { csrf } = (await (await fetchAnswer('/api/me')).json()) as { csrf?: string };
  if (typeof csrf !== 'string') throw new ApiError('not_signed_in', 'no token to change things with');
  await fetchAnswer(`/api/booths/${encodeURIComponent(id)}/dress`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'X-Yuanzhan-CSRF': csrf },
    body: JSON.stringify({ hall, slot, ...transform, panels: [], products: [], links: [], card: null, ...dress }),
  });
}
